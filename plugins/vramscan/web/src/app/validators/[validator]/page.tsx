import { ValidatorPage } from '../../../views/validator.tsx';

export const metadata = { title: 'Validator' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ validator: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <ValidatorPage />;
}
