import { Training } from '../../views/training.tsx';

export const metadata = { title: 'Training' };

export default function Page() {
  return <Training />;
}
