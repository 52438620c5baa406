import { EventPage } from '../../../views/events.tsx';

export const metadata = { title: 'Event' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ sequence: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <EventPage />;
}
