import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { LiveBatch } from './batch.js';
import { type Connection, live } from './live-stream.js';

/** The state of the page's stream. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => live.onConnection(listener),
    () => live.connection,
  );
}

/** Calls `onBatch` with what the stream has brought, at most once a frame, while the component is shown. */
export function useLive(onBatch: (batch: LiveBatch) => void): void {
  const latest = useEffectEvent(onBatch);
  useEffect(() => live.onBatch((batch) => latest(batch)), []);
}
