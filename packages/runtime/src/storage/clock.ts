/** What time is taken from; tests hand in another, for outages of minutes. */
export interface StorageClock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back after `ms`; the function that it gives takes that back. */
  after(ms: number, call: () => void): () => void;
}

/** One that nobody sets: the time of day jumps when a machine finds out about it. */
export const SYSTEM_CLOCK: StorageClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
