import type { Logger } from '@molecule/adapters';
import { sql } from 'kysely';
import type { Clock } from '../../support/clock.js';
import type { AwaitedChange, ChangeKind, Changes } from '../changes.js';
import type { Database } from '../storage/database.js';
import { ONCE } from '../storage/storage-gate.js';

/** Hints of this time are sent together: each notification is a transaction, and the server commits those one after the other. */
const GATHER_MS = 50;
/** PostgreSQL allows less than 8000. */
const MOST_BYTES = 7_900;

/** Changes of this process. */
interface WakingChanges extends Changes {
  /** Ends all waits. */
  wakeAll(): void;
}

/** Notifies the other processes. It must not reject. */
type Sender = (payload: string) => Promise<unknown>;

/** What one process sends to the others. */
interface Hint {
  /** The boot that sends it. */
  readonly from: string;
  /** Absent: there are too many to name. */
  readonly changes?: readonly (readonly [kind: ChangeKind, taskId: string])[];
}

/**
 * Changes of this process, and hints of those of others. A hint may be lost, so nothing depends on it: without it, a change is
 * found by a look at the followed tasks, or at the safety interval.
 */
export class NotifiedChanges implements Changes {
  readonly #local: WakingChanges;
  readonly #send: Sender;
  readonly #clock: Clock;
  readonly #boot = crypto.randomUUID();
  #gathered = new Map<string, readonly [ChangeKind, string]>();
  #isScheduled = false;

  /** @param local changes of this process */
  constructor(local: WakingChanges, { clock, send }: { readonly clock: Clock; readonly send: Sender }) {
    this.#local = local;
    this.#clock = clock;
    this.#send = send;
  }

  publish(taskId: string, kind: ChangeKind): void {
    this.#local.publish(taskId, kind);
    this.#gathered.set(`${kind} ${taskId}`, [kind, taskId]);
    if (!this.#isScheduled) this.#schedule();
  }

  wait(change: AwaitedChange, signal: AbortSignal): Promise<void> {
    return this.#local.wait(change, signal);
  }

  subscribe(kind: ChangeKind, listener: (taskId: string) => void): void {
    this.#local.subscribe(kind, listener);
  }

  /** Takes what another process has sent. Anyone may notify this channel, so anything else says that something may have changed. */
  received(payload: string): void {
    const { from, changes } = hintIn(payload);
    if (from === this.#boot) return;
    if (changes === undefined) this.#local.wakeAll();
    else for (const [kind, taskId] of changes) this.#local.publish(taskId, kind);
  }

  #schedule(): void {
    this.#isScheduled = true;
    this.#clock.after(GATHER_MS, () => void this.#sendGathered());
  }

  async #sendGathered(): Promise<void> {
    const changes = [...this.#gathered.values()];
    this.#gathered.clear();
    const hint: Hint = { from: this.#boot, changes };
    const payload = JSON.stringify(hint);
    const whole = Buffer.byteLength(payload) <= MOST_BYTES;
    await this.#send(whole ? payload : JSON.stringify({ from: this.#boot } satisfies Hint));
    this.#isScheduled = false;
    if (this.#gathered.size > 0) this.#schedule();
  }
}

function hintIn(payload: string): Partial<Hint> {
  try {
    const hint = JSON.parse(payload) as Partial<Hint> | null;
    return Array.isArray(hint?.changes) && hint.changes.every(Array.isArray) ? hint : { from: hint?.from ?? '' };
  } catch {
    return {};
  }
}

/** Sends a hint in a transaction of its own, so that it delays no append. */
export function sender<Schema>(database: Database<Schema>, channel: string, logger: Logger): Sender {
  return (payload) =>
    database
      .read((kysely) => sql`select pg_notify(${channel}, ${payload})`.execute(kysely), ONCE)
      .catch((error: unknown) => logger.debug('other processes could not be notified of a change', { error }));
}
