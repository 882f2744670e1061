import { holdsRun } from '../record/turn-journal.js';
import type { TurnRecord } from '../record/turn-record.js';
import { type StopParts, stopRun } from './stop-run.js';

/** Milliseconds for a waiting run to stop: Hermes checks once a second. */
const STOP_MS = 10_000;

/**
 * The runs that wait for a person inside Hermes. Each takes one of Hermes' places, of which there are few; so it is stopped
 * after a time, or when another run needs the place. The question stays open: its answer is applied from the transcript.
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

  /** The number of waiting runs that this process has recorded. */
  get count(): number {
    return this.#timers.size;
  }

  /** Also watches the waiting runs of an earlier process. */
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

  /** Forgets a run, because its turn continues or the run was stopped. Resolves when a pending release has ended. */
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
    // First on disk, so that an answer that arrives now is not sent to a run that is being stopped.
    await this.#parts.journal.write(sessionId, { ...record, released: true });
    await stopRun(this.#parts, record.runId, STOP_MS);
  }
}
