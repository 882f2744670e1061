import type { AgentEngine, Turn, TurnEvent } from '@molecule/adapters';

/** The same engine with another `runTurn`. Its creator still disposes of it. */
export function decorateEngine(engine: AgentEngine, runTurn: AgentEngine['runTurn']): AgentEngine {
  return {
    runTurn,
    ...(engine.transcript && { transcript: engine.transcript.bind(engine) }),
    ...(engine.abandon && { abandon: engine.abandon.bind(engine) }),
    ...(engine.forget && { forget: engine.forget.bind(engine) }),
    ...(engine.check && { check: engine.check.bind(engine) }),
  };
}

/** The same engine, which gets each turn as `prepare` returns it. A turn that is aborted meanwhile does not reach the engine. */
export function prepareTurns(engine: AgentEngine, prepare: (turn: Turn) => Promise<Turn>): AgentEngine {
  return decorateEngine(
    engine,
    (turn, controls) =>
      new LateEvents(async () => {
        const prepared = await prepare(turn);
        return controls.signal.aborted ? noEvents() : engine.runTurn(prepared, controls)[Symbol.asyncIterator]();
      }),
  );
}

async function* noEvents(): AsyncGenerator<TurnEvent> {}

/**
 * Events of which the source is made when the first one is asked for. Then they come from the source itself: a generator around it
 * would cost each streamed word more than its way through the rest of the runtime.
 */
class LateEvents implements AsyncIterableIterator<TurnEvent> {
  readonly #begin: () => Promise<AsyncIterator<TurnEvent>>;
  #beginning: Promise<AsyncIterator<TurnEvent>> | undefined;
  #source: AsyncIterator<TurnEvent> | undefined;
  #isOver = false;

  constructor(begin: () => Promise<AsyncIterator<TurnEvent>>) {
    this.#begin = begin;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<TurnEvent>> {
    return this.#source?.next() ?? this.#first();
  }

  async return(): Promise<IteratorResult<TurnEvent>> {
    this.#isOver = true;
    // If the source could not be made, the caller of `next` has the error.
    const source = await this.#beginning?.catch(() => undefined);
    await source?.return?.();
    return { done: true, value: undefined };
  }

  async #first(): Promise<IteratorResult<TurnEvent>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#beginning ??= this.#begin();
    try {
      this.#source = await this.#beginning;
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
    return this.#isOver ? { done: true, value: undefined } : this.#source.next();
  }
}
