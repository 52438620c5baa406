import { WindowPage } from '../../../views/window.tsx';

export const metadata = { title: 'Window' };

/** One exported file serves every id; the page reads the real one from its address. */
export function generateStaticParams() {
  return [{ window: '_' }];
}

export const dynamicParams = false;

export default function Page() {
  return <WindowPage />;
}
