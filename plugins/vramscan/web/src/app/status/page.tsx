import { StatusPage } from '../../views/status.tsx';

export const metadata = { title: 'Status' };

export default function Page() {
  return <StatusPage />;
}
