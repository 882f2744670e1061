import type { AbortReason } from '@molecule/adapters';

/** The signal of an attempt: aborted with that of its turn, and when the attempt alone must stop. */
export class AttemptSignal implements Disposable {
  readonly #turn: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onAbort = () => this.#controller.abort(this.#turn.reason);

  constructor(turn: AbortSignal) {
    this.#turn = turn;
    if (turn.aborted) this.#onAbort();
    turn.addEventListener('abort', this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: AbortReason): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#turn.removeEventListener('abort', this.#onAbort);
  }
}
