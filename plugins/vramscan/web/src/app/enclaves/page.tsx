import { Enclaves } from '../../views/enclaves.tsx';

export const metadata = { title: 'Enclaves' };

export default function Page() {
  return <Enclaves />;
}
