import { EnclavePage } from '../../../views/enclaves.tsx';

export const metadata = { title: 'Enclave' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ enclave: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <EnclavePage />;
}
