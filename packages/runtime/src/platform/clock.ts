/** Time as the platform client sees it; a test brings its own to live through an hour at once. */
export interface Clock {
  /** Milliseconds. Goes on while the machine sleeps: the platform's time does, too. */
  now(): number;
  /** Calls back after so many milliseconds; gives back what stops that. Keeps no process alive. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = clock.after(signal.aborted ? 0 : ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
