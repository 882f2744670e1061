/** A source of time. Tests pass their own to simulate outages and long waits. */
export interface Clock {
  /** Milliseconds. Only differences are meaningful. */
  now(): number;
  /** Calls `callback` after `ms`. Returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void;
}

/** The time of day. It advances while the machine sleeps, as the platform's time does. Its timers keep no process alive. */
export const wallClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Unaffected by changes of the system clock. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or as soon as the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Runs `work` every `ms`, never twice at once. `work` must not reject. Returns a function that ends the repetition. */
export function repeat(clock: Pick<Clock, 'after'>, ms: number, work: () => Promise<void>): () => void {
  let ended = false;
  let cancel = () => {};
  const schedule = () => {
    if (!ended) cancel = clock.after(ms, () => void work().finally(schedule));
  };
  schedule();
  return () => {
    ended = true;
    cancel();
  };
}
