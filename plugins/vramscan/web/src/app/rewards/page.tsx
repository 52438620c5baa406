import { Rewards } from '../../views/rewards.tsx';

export const metadata = { title: 'Rewards' };

export default function Page() {
  return <Rewards />;
}
