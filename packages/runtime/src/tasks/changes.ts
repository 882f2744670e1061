import { type Clock, wallClock } from '../support/clock.js';

/**
 * Milliseconds after which a waiter checks again although no change was published. It covers changes without a hint: the writes of
 * another process on the same SQLite state directory, and the death of a process. A stream of a turn that another process runs
 * lags by this much at most; one check is a query of one indexed row.
 */
const CHECK_AGAIN_MS = 500;

/**
 * What may have changed: `events`: a task has new events; `turn`: a turn has begun, was claimed, or has ended; `free`: a turn
 * was released, so any process may claim it; `duty`: a duty was left, whose name is in the place of the task's id; `push`: there is a
 * notification of the task to deliver; `task`: there is a new task; `removed`: a task was deleted, and {@link removedName} is in the place
 * of its id.
 */
export type ChangeKind = 'events' | 'turn' | 'free' | 'duty' | 'push' | 'task' | 'removed';

/** The change that a caller waits for. */
export interface AwaitedChange {
  readonly kind: ChangeKind;
  /** Default: any task. */
  readonly taskId?: string;
  /** The number of the newest event that the caller has, at the time of its call. */
  readonly seen?: () => number;
}

/**
 * Hints that a task may have changed. A hint carries no data and may be lost or come twice, so a woken caller reads the log by
 * number.
 */
export interface Changes {
  publish(taskId: string, kind: ChangeKind): void;
  /**
   * Resolves at the next such change, when the signal is aborted, or after a safety interval. Never rejects. A caller that first
   * calls this, then reads, then awaits it, misses no change.
   */
  wait(change: AwaitedChange, signal: AbortSignal): Promise<void>;
  /** Calls `listener` with the task's id at each such change, while the store is open. It must not throw. */
  subscribe(kind: ChangeKind, listener: (taskId: string) => void): void;
}

/** A deleted task with its owner, which can be found nowhere any more. */
export interface RemovedTask {
  readonly taskId: string;
  readonly owner: string;
}

export function removedName({ taskId, owner }: RemovedTask): string {
  return JSON.stringify([taskId, owner]);
}

/** @returns undefined for a hint that is none: other processes, and people, may send any text */
export function removedIn(name: string): RemovedTask | undefined {
  try {
    const [taskId, owner] = JSON.parse(name) as readonly unknown[];
    return typeof taskId === 'string' && typeof owner === 'string' ? { taskId, owner } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A reason of its own saves the stack trace of a default one. */
const ENDED = 'ended';

/** Changes that are made in this process. Those of other processes are found at the safety interval. */
export class LocalChanges implements Changes {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #listeners: { readonly kind: ChangeKind; readonly listener: (taskId: string) => void }[] = [];

  constructor(clock: Pick<Clock, 'after'> = wallClock) {
    this.#clock = clock;
  }

  publish(taskId: string, kind: ChangeKind): void {
    for (const each of this.#listeners) if (each.kind === kind) each.listener(taskId);
    this.#wake(keyOf({ kind, taskId }));
    this.#wake(keyOf({ kind }));
  }

  wait(change: AwaitedChange, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const key = keyOf(change);
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    return new Promise((resolve) => {
      const wake = () => {
        stop();
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(key);
        resolve();
      };
      const stop = this.#clock.after(CHECK_AGAIN_MS, wake);
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  /** Ends all waits. */
  wakeAll(): void {
    for (const waiting of [...this.#waiting.values()]) for (const wake of [...waiting]) wake();
  }

  subscribe(kind: ChangeKind, listener: (taskId: string) => void): void {
    this.#listeners.push({ kind, listener });
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting) for (const wake of [...waiting]) wake();
  }
}

function keyOf({ kind, taskId = '' }: AwaitedChange): string {
  return `${kind} ${taskId}`;
}

/** Runs `look` after each wait, never twice at once. `look` must not reject. Returns a function that ends it. */
export function watchChanges(changes: Changes, change: AwaitedChange, look: () => Promise<void>): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const run = async () => {
    for (let changed = changes.wait(change, signal); ; ) {
      await changed;
      if (signal.aborted) return;
      changed = changes.wait(change, signal);
      await look();
    }
  };
  void run();
  return () => ended.abort(ENDED);
}
