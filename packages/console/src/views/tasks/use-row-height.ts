import { useSyncExternalStore } from 'react';

const NARROW = matchMedia('(width < 48rem)');

/** In pixels; the same as in tasks.css. A row of a narrow screen has two lines. */
export function useRowHeight(): number {
  const isNarrow = useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener('change', listener);
      return () => NARROW.removeEventListener('change', listener);
    },
    () => NARROW.matches,
  );
  return isNarrow ? 64 : 38;
}
