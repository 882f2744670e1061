import type { AbortReason, JsonValue } from '@molecule/adapters';
import type { TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';

/** How a turn is started. */
export interface LocalTurnStart {
  /** True if Temporal has the turn. */
  readonly durable: boolean;
  /** The last checkpoint of the attempt before. */
  readonly checkpoint?: JsonValue;
}

/** A turn that runs in this process. Callers and the activity join it. */
export class LocalTurn {
  readonly input: TurnInput;
  /** True if Temporal has the turn. A direct turn becomes durable if its workflow turns up later. */
  durable: boolean;
  /** Settles when the turn has ended in this process. */
  readonly result: Promise<TurnSummary>;
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #attended = Promise.withResolvers<void>();
  #checkpoint: JsonValue | undefined;
  #attempts = 0;
  #settled = false;

  /** @param run runs the body; called at once */
  constructor(input: TurnInput, start: LocalTurnStart, run: (turn: LocalTurn) => Promise<TurnSummary>) {
    this.input = input;
    this.durable = start.durable;
    this.#checkpoint = start.checkpoint;
    this.result = run(this).finally(() => {
      this.#settled = true;
    });
    // A caller that joins later still gets the rejection.
    this.result.catch(() => {});
  }

  /** The last checkpoint, of this attempt or the one before. */
  get checkpoint(): JsonValue | undefined {
    return this.#checkpoint;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** True while an attempt of the activity heartbeats for the turn. */
  get attended(): boolean {
    return this.#attempts > 0;
  }

  /** Resolves when the first attempt of the activity has joined. */
  get firstAttended(): Promise<void> {
    return this.#attended.promise;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined unless the turn was aborted. */
  get abortReason(): AbortReason | undefined {
    return this.signal.aborted ? (this.signal.reason as AbortReason) : undefined;
  }

  /** Aborts the turn. Only the first reason counts. */
  abort(reason: AbortReason): void {
    this.#controller.abort(reason);
  }

  /** Keeps a new checkpoint and notifies the attempts that have joined. */
  save(checkpoint: JsonValue): void {
    this.#checkpoint = checkpoint;
    for (const listener of this.#listeners) listener();
  }

  /** Joins an attempt of the activity: `onCheckpoint` is called on each new checkpoint, until disposed. */
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
