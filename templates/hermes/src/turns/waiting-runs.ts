import { type StopParts, stopRun } from './stop-run.js';
import { holdsRun } from './turn-journal.js';
import type { TurnRecord } from './turn-record.js';

/** Milliseconds for a run that waits to stop: Hermes looks once a second. */
const STOP_MS = 10_000;

/**
 * The runs that wait for a person inside Hermes. Each takes one of Hermes' places, of which there are few; so it is let go
 * after a time, or when somebody else needs the place. The question stays open: its answer is taken up from the transcript.
 */
export class WaitingRuns {
  readonly #parts: StopParts;
  readonly #holdMs: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #releases = new Map<string, Promise<void>>();

  /** `holdMs`: how long a run is held. */
  constructor(parts: StopParts, holdMs: number) {
    this.#parts = parts;
    this.#holdMs = holdMs;
  }

  /** How many runs wait now, as far as this process knows. */
  get count(): number {
    return this.#timers.size;
  }

  /** Also looks after the runs that an earlier process has left waiting. */
  async watch(): Promise<void> {
    for (const [sessionId, record] of await this.#parts.journal.waiting()) this.hold(sessionId, record);
  }

  /** Holds a run that waits from now on. */
  hold(sessionId: string, { askedAt }: TurnRecord): void {
    this.forget(sessionId);
    const left = Math.max(0, (askedAt ?? Date.now()) + this.#holdMs - Date.now());
    const release = () => {
      this.#release(sessionId).catch((error: unknown) => {
        this.#parts.logger.warn('a run that waits for a person could not be let go', { error });
      });
    };
    this.#timers.set(sessionId, setTimeout(release, left).unref());
  }

  /** A turn of the session goes on, or its run is stopped otherwise. Resolves when a release that was under way is done. */
  async settle(sessionId: string): Promise<void> {
    this.forget(sessionId);
    await this.#releases.get(sessionId);
  }

  /** Lets the run go that has waited longest; false when none waits. */
  async releaseOldest(): Promise<boolean> {
    const waiting = [...(await this.#parts.journal.waiting())];
    const [oldest] = waiting.sort(([, a], [, b]) => (a.askedAt ?? 0) - (b.askedAt ?? 0));
    if (oldest === undefined) return false;
    const [sessionId, { runId }] = oldest;
    this.#parts.logger.info('a run that waits for a person makes room; its question stays open', { runId });
    await this.#release(sessionId);
    return true;
  }

  /** Ends the timers. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  forget(sessionId: string): void {
    clearTimeout(this.#timers.get(sessionId));
    this.#timers.delete(sessionId);
  }

  #release(sessionId: string): Promise<void> {
    const running = this.#releases.get(sessionId) ?? this.#letGo(sessionId);
    this.#releases.set(sessionId, running);
    return running.finally(() => this.#releases.delete(sessionId));
  }

  async #letGo(sessionId: string): Promise<void> {
    this.forget(sessionId);
    const record = await this.#parts.journal.read(sessionId);
    if (!record?.runId || !holdsRun(record)) return;
    // First on disk: an answer that comes now must not be given to a run that stops.
    await this.#parts.journal.write(sessionId, { ...record, released: true });
    await stopRun(this.#parts, record.runId, STOP_MS);
  }
}
