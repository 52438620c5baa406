/** The id in a path such as `/windows/12/`. */
import { usePathname } from 'next/navigation';
import { useSyncExternalStore } from 'react';

/**
 * The second part of the path; undefined while the page hydrates, because one exported file serves
 * every id and its markup must not depend on any.
 */
export function useRouteId(): string | undefined {
  const mounted = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  const id = usePathname().split('/')[2];
  return mounted && id !== undefined && id !== '_' ? decodeURIComponent(id) : undefined;
}
