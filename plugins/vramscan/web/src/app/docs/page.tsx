import Link from 'next/link';
import { DOCUMENTS, read } from './documents.ts';

export const metadata = { title: 'Manual' };

export default function Page() {
  return (
    <>
      <header className="head">
        <div>
          <h1>Documents</h1>
          <p className="lede">As they stand in the repository this explorer was built from.</p>
        </div>
      </header>
      <div className="columns">
        {DOCUMENTS.map((document) => (
          <section key={document.name} className="panel">
            <h2>
              <Link href={`/docs/${document.name}/`}>{document.title}</Link>
            </h2>
            <ul>
              {read(document.name).sections.map((section) => (
                <li key={section.id}>
                  <Link href={`/docs/${document.name}/#${section.id}`}>{section.title}</Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
