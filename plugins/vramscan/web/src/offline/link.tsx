/** Stands in for the router's link, which the saved file does not have. */
import type { ReactNode } from 'react';

export default function Link({ href, children }: { href: string; children: ReactNode }) {
  return <a href={href}>{children}</a>;
}
