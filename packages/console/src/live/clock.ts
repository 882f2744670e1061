import { live } from './live-stream.js';

/** The server's clock minus the viewer's, in milliseconds. */
let offset = 0;
let frozenAt: number | undefined;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Corrects for a viewer's clock that is wrong. Differences below two seconds are the request's own time. */
export function setServerTime(iso: string): void {
  const difference = Date.parse(iso) - Date.now();
  offset = Math.abs(difference) > 2000 ? difference : 0;
}

/** The present time by the server's clock. While the connection is lost it stands still, as everything that the page shows. */
export function now(): number {
  if (live.connection === 'live') {
    frozenAt = undefined;
    return Date.now() + offset;
  }
  frozenAt ??= Date.now() + offset;
  return frozenAt;
}

/** Calls `listener` each second. */
export function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
