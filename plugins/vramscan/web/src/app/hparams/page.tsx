import { Hparams } from '../../views/hparams.tsx';

export const metadata = { title: 'Parameters' };

export default function Page() {
  return <Hparams />;
}
