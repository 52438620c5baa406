import { Miners } from '../../views/miners.tsx';

export const metadata = { title: 'Miners' };

export default function Page() {
  return <Miners />;
}
