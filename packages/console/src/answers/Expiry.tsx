import { useSyncExternalStore } from 'react';
import { now, onTick } from '../live/clock.js';
import { duration, exactTime } from '../text/format.js';
import { text } from '../text/text.js';

/** The time that is left for an answer. */
export function Expiry({ at }: { readonly at: string }) {
  const shown = useSyncExternalStore(onTick, () => {
    const left = Math.floor((Date.parse(at) - now()) / 1000) * 1000;
    return left <= 0 ? text('answer.expired') : text('answer.expires', { in: duration(left).replace('.0 s', ' s') });
  });
  return (
    <time className="expiry" dateTime={at} title={exactTime(at)}>
      {shown}
    </time>
  );
}
