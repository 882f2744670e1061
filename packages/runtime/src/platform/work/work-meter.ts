import { briefTask, cutText } from '@molecule/adapters';
import type { ObservedTurn, TurnObserver } from '../../tasks/turn-observer.js';
import type { TurnResult } from '../../tasks/turn-result.js';
import { OUTCOMES, type OutcomeOfTurn, WINDOW_MS, type Work } from './work.js';

/** Failures that the message has caused. They say nothing of the workspace, and do not count (`registry-and-heartbeat.md`). */
const OF_CALLERS: readonly string[] = [
  'ENGINE_INVALID_REQUEST',
  'ENGINE_CONTEXT_OVERFLOW',
  'ENGINE_UNSUPPORTED',
  'ENGINE_TOO_MANY_STEPS',
  'ENGINE_LOST',
  'QUESTION_EXPIRED',
  'TASK_INPUT_TOO_LARGE',
];

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
    if (result !== undefined && result.kind !== 'canceled' && !isCallersFault(result)) {
      const error = result.kind === 'failed' ? cutText(`${result.code}: ${result.message}`, 300) : undefined;
      this.#outcomes.push({ at: Date.now(), ...(error !== undefined && { error }) });
      while (this.#outcomes.length > OUTCOMES || Date.now() - (this.#outcomes[0]?.at ?? 0) > WINDOW_MS) {
        this.#outcomes.shift();
      }
    }
    this.#changed();
  }
}

function isCallersFault(result: TurnResult): boolean {
  return result.kind === 'failed' && OF_CALLERS.includes(result.code);
}
