import { CheckpointPage } from '../../../views/checkpoints.tsx';

export const metadata = { title: 'Checkpoint' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ checkpoint: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <CheckpointPage />;
}
