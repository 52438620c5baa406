import type { Metadata } from 'next';
import Link from 'next/link';
import { DOCUMENTS, read } from '../documents.ts';

interface Props {
  readonly params: Promise<{ document: string }>;
}

export function generateStaticParams() {
  return DOCUMENTS.map(({ name }) => ({ document: name }));
}

export const dynamicParams = false;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { document } = await params;
  return { title: DOCUMENTS.find((each) => each.name === document)?.title ?? 'Document' };
}

export default async function Page({ params }: Props) {
  const { document } = await params;
  return (
    <>
      <p className="crumb">
        <Link href="/docs/">Documents</Link> /
      </p>
      {/* Rendered at build time from the repository's own files, with HTML in them switched off. */}
      <article className="prose" dangerouslySetInnerHTML={{ __html: read(document).html }} />
    </>
  );
}
