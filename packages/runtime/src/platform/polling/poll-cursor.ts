import { z } from 'zod';
import type { PlatformRecords } from '../../tasks/team/platform-records.js';

/**
 * How long a record is looked for behind a later one. Milliseconds. The platform orders records by when they began to be written, so that one may
 * appear after a later one: a cursor that followed the last one at once would never see it.
 */
const LATE_MS = 10_000;

const saved = z.object({ since: z.string().optional(), handled: z.array(z.string()) });

/** Which records of the platform were handled: all up to a cursor, and those after it that are named. Kept in the store. */
export class PollCursor {
  readonly #records: PlatformRecords;
  readonly #now: () => number;
  #since: string | undefined;
  #handled: Set<string>;
  /** When this process saw a record first. */
  readonly #seenAt = new Map<string, number>();
  #written: string | undefined;

  private constructor(records: PlatformRecords, now: () => number, written: string | undefined) {
    const { since, handled } = saved.parse(written === undefined ? { handled: [] } : JSON.parse(written));
    this.#records = records;
    this.#now = now;
    this.#since = since;
    this.#handled = new Set(handled);
    this.#written = written;
  }

  /** @param now milliseconds; only differences are meaningful */
  static async open(records: PlatformRecords, now: () => number = () => performance.now()): Promise<PollCursor> {
    return new PollCursor(records, now, (await records.facts()).polled);
  }

  /** True until a cursor is stored: the agent has fetched nothing yet, or has lost its state. */
  get isNew(): boolean {
    return this.#written === undefined;
  }

  /** The record after which the platform is asked; undefined: for all that it has. */
  get since(): string | undefined {
    return this.#since;
  }

  isHandled(id: string): boolean {
    return this.#handled.has(id);
  }

  handled(id: string): void {
    this.#handled.add(id);
  }

  /** Passes over a record and all before it. */
  startAfter(id: string): void {
    this.#since = id;
  }

  /** The platform has removed the record of the cursor, which it does when it is old: all that it has is later. */
  lost(): void {
    this.#since = undefined;
  }

  /** Moves the cursor over handled records that no earlier one can follow any more. @param ids after the cursor, oldest first */
  advance(ids: readonly string[]): void {
    const now = this.#now();
    for (const id of ids) if (!this.#seenAt.has(id)) this.#seenAt.set(id, now);
    for (const id of ids) {
      if (!this.#handled.has(id) || now - (this.#seenAt.get(id) ?? now) < LATE_MS) return;
      this.#since = id;
      this.#handled.delete(id);
      this.#seenAt.delete(id);
    }
  }

  async save(): Promise<void> {
    const text = JSON.stringify({ since: this.#since, handled: [...this.#handled] });
    if (text === this.#written) return;
    await this.#records.set('polled', text);
    this.#written = text;
  }
}
