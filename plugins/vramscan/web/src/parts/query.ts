/** State that lives in the address, so that a link shows what its sender saw. */
import { useCallback, useSyncExternalStore } from 'react';

const CHANGED = 'vramscan-query';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** The value of a query parameter and a setter; an empty value removes it. */
export function useQuery(name: string): readonly [value: string, set: (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => new URLSearchParams(window.location.search).get(name) ?? '',
    () => '',
  );
  const set = useCallback(
    (next: string) => {
      const parameters = new URLSearchParams(window.location.search);
      if (next === '') {
        parameters.delete(name);
      } else {
        parameters.set(name, next);
      }
      const query = parameters.toString();
      const address = `${window.location.pathname}${query ? `?${query}` : ''}${window.location.hash}`;
      window.history.replaceState(window.history.state, '', address);
      window.dispatchEvent(new Event(CHANGED));
    },
    [name],
  );
  return [value, set];
}
