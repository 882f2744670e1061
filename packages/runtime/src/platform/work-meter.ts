import { briefTask, cutText } from '@molecule/adapters';
import type { ObservedTurn, TurnObserver } from '../tasks/turn-observer.js';
import type { TurnResult } from '../tasks/turn-result.js';

/** The number of last turns that the error rate covers, so that it falls after the agent has recovered. */
const WINDOW = 20;

/** A turn that has ended. */
export interface FinishedWork {
  readonly taskId: string;
  readonly contextId: string;
  readonly summary: string;
  readonly ms: number;
  /** `stopped`: the turn was canceled, or continues in another process. */
  readonly outcome: 'ok' | 'failed' | 'stopped';
  /** The stable code and text of a failure. */
  readonly error?: string;
}

export interface WorkListener {
  started(taskId: string): void;
  ended(work: FinishedWork): void;
}

/** Counts running and failed turns. A turn that succeeds at a later attempt counts as a success. */
export class WorkMeter implements TurnObserver {
  readonly #running = new Map<ObservedTurn, { readonly summary: string; readonly begun: number }>();
  readonly #failures: boolean[] = [];
  readonly #listener: WorkListener;
  #lastError = '';

  constructor(listener: WorkListener) {
    this.#listener = listener;
  }

  get activeTasks(): number {
    return this.#running.size;
  }

  /** A summary of the turn that began last; empty if none runs. */
  get currentTask(): string {
    return [...this.#running.values()].at(-1)?.summary ?? '';
  }

  /** 0 to 1. */
  get errorRate(): number {
    const failed = this.#failures.filter((failure) => failure).length;
    return this.#failures.length === 0 ? 0 : failed / this.#failures.length;
  }

  get sampleError(): string {
    return this.errorRate > 0 ? this.#lastError : '';
  }

  began(turn: ObservedTurn): void {
    this.#running.set(turn, { summary: briefTask(turn.text), begun: performance.now() });
    this.#listener.started(turn.taskId);
  }

  ended(turn: ObservedTurn, result: TurnResult | undefined): void {
    const { summary = '', begun = performance.now() } = this.#running.get(turn) ?? {};
    this.#running.delete(turn);
    const outcome = outcomeOf(result);
    const error = result?.kind === 'failed' ? cutText(`${result.code}: ${result.message}`, 300) : undefined;
    if (outcome !== 'stopped') this.#count(error);
    const { taskId, contextId } = turn;
    const ms = Math.round(performance.now() - begun);
    this.#listener.ended({ taskId, contextId, summary, ms, outcome, ...(error !== undefined && { error }) });
  }

  #count(error: string | undefined): void {
    this.#failures.push(error !== undefined);
    if (this.#failures.length > WINDOW) this.#failures.shift();
    if (error !== undefined) this.#lastError = error;
  }
}

function outcomeOf(result: TurnResult | undefined): FinishedWork['outcome'] {
  if (result === undefined || result.kind === 'canceled') return 'stopped';
  return result.kind === 'failed' ? 'failed' : 'ok';
}
