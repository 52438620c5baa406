import { Verify } from '../../views/verify.tsx';

export const metadata = { title: 'Verify' };

export default function Page() {
  return <Verify />;
}
