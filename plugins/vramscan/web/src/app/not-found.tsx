import Link from 'next/link';

export default function NotFound() {
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        Search with <kbd>Ctrl K</kbd> by uid, window, address or hash, or go to the <Link href="/">overview</Link>.
      </p>
    </>
  );
}
