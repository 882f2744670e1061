import {
  type AgentEngine,
  briefTask,
  EngineError,
  type Turn,
  type TurnControls,
  type TurnEvent,
} from '@molecule/adapters';

/** The error rate is that of so many of the last turns, so that an agent that has recovered is told as such. */
const WINDOW = 20;

/** A turn that has ended. */
export interface FinishedWork {
  readonly taskId: string;
  readonly contextId: string;
  readonly summary: string;
  readonly ms: number;
  /** Its stable code and text, when it failed. */
  readonly error?: string;
}

export interface WorkListener {
  started(taskId: string): void;
  ended(work: FinishedWork): void;
}

/** Counts what an engine does. */
export class WorkMeter {
  readonly #running = new Map<Turn, string>();
  readonly #outcomes: boolean[] = [];
  readonly #listener: WorkListener;
  #lastError = '';

  constructor(listener: WorkListener) {
    this.#listener = listener;
  }

  get activeTasks(): number {
    return this.#running.size;
  }

  /** What the turn that began last is about; empty when none runs. */
  get currentTask(): string {
    return [...this.#running.values()].at(-1) ?? '';
  }

  /** 0 to 1. */
  get errorRate(): number {
    const failed = this.#outcomes.filter((failure) => failure).length;
    return this.#outcomes.length === 0 ? 0 : failed / this.#outcomes.length;
  }

  get sampleError(): string {
    return this.errorRate > 0 ? this.#lastError : '';
  }

  /** The same engine, watched. */
  watch(engine: AgentEngine): AgentEngine {
    return {
      runTurn: (turn, controls) => this.#watched(engine, turn, controls),
      ...(engine.transcript && { transcript: (range) => engine.transcript?.(range) as never }),
      ...(engine.check && { check: () => engine.check?.() as never }),
    };
  }

  async *#watched(engine: AgentEngine, turn: Turn, controls: TurnControls): AsyncGenerator<TurnEvent> {
    const summary = briefTask(turn.kind === 'continue' ? turn.original.text : turn.text);
    const begun = performance.now();
    this.#running.set(turn, summary);
    this.#listener.started(turn.taskId);
    let error: string | undefined;
    try {
      yield* engine.runTurn(turn, controls);
    } catch (thrown) {
      const asksForTheOriginal = EngineError.is(thrown) && thrown.code === 'nothing-to-continue';
      // A turn that somebody stopped did not fail.
      if (!controls.signal.aborted && !asksForTheOriginal) error = describe(thrown);
      throw thrown;
    } finally {
      this.#running.delete(turn);
      if (!controls.signal.aborted) this.#count(error);
      const { taskId, contextId } = turn;
      const ms = Math.round(performance.now() - begun);
      this.#listener.ended({ taskId, contextId, summary, ms, ...(error !== undefined && { error }) });
    }
  }

  #count(error: string | undefined): void {
    this.#outcomes.push(error !== undefined);
    if (this.#outcomes.length > WINDOW) this.#outcomes.shift();
    if (error !== undefined) this.#lastError = error;
  }
}

/** Only what an engine meant for others to read; anything else may hold secrets. */
function describe(error: unknown): string {
  return EngineError.is(error) ? `${error.code}: ${error.message}`.slice(0, 300) : 'internal';
}
