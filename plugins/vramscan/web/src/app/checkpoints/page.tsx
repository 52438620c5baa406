import { Checkpoints } from '../../views/checkpoints.tsx';

export const metadata = { title: 'Checkpoints' };

export default function Page() {
  return <Checkpoints />;
}
