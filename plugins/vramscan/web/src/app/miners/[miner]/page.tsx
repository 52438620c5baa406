import { MinerPage } from '../../../views/miner.tsx';

export const metadata = { title: 'Miner' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ miner: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <MinerPage />;
}
