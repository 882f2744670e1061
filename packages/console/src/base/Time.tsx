import { useSyncExternalStore } from 'react';
import { now, onTick } from '../live/clock.js';
import { age, clockTime, dayTime, duration, exactTime } from '../text/format.js';

/** How long ago something was, kept current; the exact time appears on hover. */
export function Time({ at }: { readonly at: string }) {
  // The snapshot is the text itself, so that a second that changes nothing draws nothing.
  const shown = useSyncExternalStore(onTick, () => age(at, now()));
  return (
    <time className="time" dateTime={at} title={exactTime(at)}>
      {shown}
    </time>
  );
}

/** The day and the time; the exact time appears on hover. */
export function DayTime({ at }: { readonly at: string }) {
  return (
    <time className="time" dateTime={at} title={exactTime(at)}>
      {dayTime(at)}
    </time>
  );
}

/** The time of day; the exact time appears on hover. */
export function ClockTime({ at }: { readonly at: string }) {
  return (
    <time className="time" dateTime={at} title={exactTime(at)}>
      {clockTime(at)}
    </time>
  );
}

/** A duration in milliseconds, or the time since `since`, which runs on. */
export function Duration(props: { readonly ms: number } | { readonly since: string }) {
  return 'ms' in props ? <span className="time">{duration(props.ms)}</span> : <Running since={props.since} />;
}

function Running({ since }: { readonly since: string }) {
  const shown = useSyncExternalStore(onTick, () => {
    // Whole seconds: tenths would change faster than the text is drawn.
    const ms = Math.max(0, now() - Date.parse(since));
    return duration(ms < 10_000 ? Math.floor(ms / 1000) * 1000 : ms).replace('.0 s', ' s');
  });
  return (
    <span className="time" title={exactTime(since)}>
      {shown}
    </span>
  );
}
