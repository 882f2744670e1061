import type { AbortReason } from '@molecule/adapters';
import type { TurnOutcome } from './turn-outcome.js';

/** A turn that runs or waits in this process. A caller that asks for the same turn again joins it. */
export class RunningTurn {
  readonly turn: number;
  readonly outcome: Promise<TurnOutcome>;
  readonly #controller = new AbortController();
  readonly #waiting = new AbortController();

  /** @param begin runs the turn; called at once */
  constructor(turn: number, begin: (running: RunningTurn) => Promise<TurnOutcome>) {
    this.turn = turn;
    this.outcome = begin(this);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** While the turn waits to begin: aborted with {@link signal}, and by {@link leave}. */
  get waitSignal(): AbortSignal {
    return this.#waiting.signal;
  }

  /** Only the first reason counts. */
  abort(reason: AbortReason): void {
    this.#controller.abort(reason);
    this.#waiting.abort(reason);
  }

  /** Leaves the turn to other processes, unless it has begun here. */
  leave(reason: AbortReason): void {
    this.#waiting.abort(reason);
  }

  /** Waits for the outcome. The caller's signal aborts the turn for all callers; its reason is an {@link AbortReason}. */
  async join(signal: AbortSignal | undefined): Promise<TurnOutcome> {
    const onAbort = () => this.abort(signal?.reason as AbortReason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.outcome;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
