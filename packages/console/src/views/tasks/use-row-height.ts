import { useMedia } from '../../base/use-media.js';

/** In pixels; the same as in tasks.css. A row of a narrow screen has two lines. */
export function useRowHeight(): number {
  return useMedia('(width < 48rem)') ? 64 : 38;
}
