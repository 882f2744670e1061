import type { AbortReason, JsonValue } from '@molecule/adapters';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult } from '../contract/task-body.js';
import { deferred } from '../support/deferred.js';

/** One execution of a turn in this process. Whoever wants its result joins it here. */
export class LiveTask {
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #attended = deferred<void>();
  #attempts = 0;
  #settled = false;

  constructor(
    readonly input: AgentTaskInput,
    /** Whether Temporal has the turn. A direct turn becomes durable when its workflow turns up after all. */
    public durable: boolean,
    /** The last checkpoint, of this attempt or the one before. */
    public checkpoint: JsonValue | undefined,
    execute: (task: LiveTask) => Promise<LlmResult>,
  ) {
    this.result = execute(this).finally(() => {
      this.#settled = true;
    });
    this.result.catch(() => {
      // Nobody may be waiting yet when the turn fails; those who join later still get the rejection.
    });
  }

  /** Settles when the turn is over in this process. */
  readonly result: Promise<LlmResult>;

  get settled(): boolean {
    return this.#settled;
  }

  /** Whether an attempt of the activity heartbeats for the turn. */
  get attended(): boolean {
    return this.#attempts > 0;
  }

  /** Resolves when the first attempt of the activity is there. */
  get firstAttended(): Promise<void> {
    return this.#attended.promise;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the turn was aborted; undefined when it was not. */
  get abortReason(): AbortReason | undefined {
    return this.signal.aborted ? (this.signal.reason as AbortReason) : undefined;
  }

  /** Aborts the turn; the first reason stays. */
  abort(reason: AbortReason): void {
    this.#controller.abort(reason);
  }

  /** Notes a new checkpoint and tells those who listen. */
  save(checkpoint: JsonValue): void {
    this.checkpoint = checkpoint;
    for (const listener of this.#listeners) listener();
  }

  /** An attempt of the activity joins: `onCheckpoint` is called on each new checkpoint, until disposed. */
  attend(onCheckpoint: () => void): Disposable {
    this.#attempts += 1;
    this.#attended.resolve();
    this.#listeners.add(onCheckpoint);
    return {
      [Symbol.dispose]: () => {
        this.#attempts -= 1;
        this.#listeners.delete(onCheckpoint);
      },
    };
  }
}
