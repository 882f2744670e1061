import type { AbortReason, JsonValue } from '@molecule/adapters';
import type { TaskRecord } from '../task-log/records.js';
import type { TurnResult } from './turn-result.js';

/** Who asks for a turn to be run, and how it is to be treated. */
export interface RunControls {
  /** Aborts the turn; its reason is an {@link AbortReason}. */
  readonly signal?: AbortSignal;
  /** True when a durable engine knows of the turn, and brings it back if this process dies. */
  readonly durable: boolean;
  /** The last state that the turn saved, as the caller knows it. */
  readonly checkpoint?: JsonValue;
  /** The task as the caller has just written it; a stale one costs a second look, and nothing else. */
  readonly record?: TaskRecord;
  /** Told of every state that the turn saves. */
  readonly onCheckpoint?: (state: JsonValue) => void;
}

/** A turn that runs or waits in this process; whoever asks for it again joins it. */
export class LiveTurn {
  readonly turn: number;
  /** How it ends; set as soon as it has begun. */
  result: Promise<TurnResult> = Promise.resolve({ kind: 'canceled' });
  readonly #controller = new AbortController();
  readonly #listeners = new Set<(state: JsonValue) => void>();
  #checkpoint: JsonValue | undefined;

  constructor(turn: number) {
    this.turn = turn;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason stays. */
  abort(reason: AbortReason): void {
    if (!this.signal.aborted) this.#controller.abort(reason);
  }

  /** Tells those who joined of a state that the turn has saved. */
  save(checkpoint: JsonValue): void {
    this.#checkpoint = checkpoint;
    for (const listener of this.#listeners) listener(checkpoint);
  }

  /** Waits for its end; the caller's signal aborts it for all. */
  async join({ signal, onCheckpoint }: Pick<RunControls, 'signal' | 'onCheckpoint'>): Promise<TurnResult> {
    const onAbort = () => this.abort(signal?.reason as AbortReason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (onCheckpoint) {
      this.#listeners.add(onCheckpoint);
      if (this.#checkpoint !== undefined) onCheckpoint(this.#checkpoint);
    }
    try {
      return await this.result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (onCheckpoint) this.#listeners.delete(onCheckpoint);
    }
  }
}
