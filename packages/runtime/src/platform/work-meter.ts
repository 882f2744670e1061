import { briefTask, cutText } from '@molecule/adapters';
import type { ObservedTurn, TurnObserver } from '../tasks/turn-observer.js';
import type { TurnResult } from '../tasks/turn-result.js';
import { OUTCOMES, type OutcomeOfTurn, type Work } from './work.js';

/** Counts the running and failed turns of this process. A turn that succeeds at a later attempt counts as a success. */
export class WorkMeter implements TurnObserver {
  readonly #running = new Map<ObservedTurn, { readonly summary: string; readonly begunAt: number }>();
  readonly #outcomes: OutcomeOfTurn[] = [];
  readonly #changed: () => void;

  /** @param changed called when a turn begins or ends */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get work(): Omit<Work, 'trouble'> {
    const current = [...this.#running.values()].at(-1);
    return { active: this.#running.size, ...(current && { current }), outcomes: [...this.#outcomes] };
  }

  began(turn: ObservedTurn): void {
    this.#running.set(turn, { summary: briefTask(turn.text), begunAt: Date.now() });
    this.#changed();
  }

  /** A turn that was stopped is not counted: it was canceled, or continues in another process. */
  ended(turn: ObservedTurn, result: TurnResult | undefined): void {
    this.#running.delete(turn);
    if (result !== undefined && result.kind !== 'canceled') {
      const error = result.kind === 'failed' ? cutText(`${result.code}: ${result.message}`, 300) : undefined;
      this.#outcomes.push({ at: Date.now(), ...(error !== undefined && { error }) });
      if (this.#outcomes.length > OUTCOMES) this.#outcomes.shift();
    }
    this.#changed();
  }
}
