import { Events } from '../../views/events.tsx';

export const metadata = { title: 'Events' };

export default function Page() {
  return <Events />;
}
