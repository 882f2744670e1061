import {
  type AgentEngine,
  assertEngine,
  assertEngineError,
  assertTurnEvent,
  assertTurnEvents,
  ContractViolation,
  EngineError,
  type TurnEvent,
} from '@molecule/adapters';
import { decorateEngine } from './decorate-engine.js';

/** How long the last event of a turn is held back, to see whether the engine goes on after it. */
const LAST_WORD_MS = 25;

/**
 * The same engine; what it yields and throws is checked before anything is done with it. The checks are those of the contract
 * suite. This is the only door: every other decorator stands outside of it.
 *
 * @param adapter the adapter's name, for the errors
 * @throws {ContractViolation} when it is no engine
 */
export function checkedEngine(engine: unknown, adapter: string): AgentEngine {
  ContractViolation.at({ adapter }, () => assertEngine(engine));
  const own = engine as AgentEngine;
  return decorateEngine(own, async function* (turn, controls) {
    const events: unknown = own.runTurn(turn, controls);
    ContractViolation.at({ adapter }, () => assertTurnEvents(events));
    yield* checkedEvents(events as AsyncIterable<unknown>, adapter);
  });
}

async function* checkedEvents(events: AsyncIterable<unknown>, adapter: string): AsyncGenerator<TurnEvent> {
  const iterator = events[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let number = 1; ; number++) {
      const next = await nextOf(iterator, adapter);
      isOver = next.done === true;
      if (isOver) return;
      const event = checkedEvent(next.value, adapter, number);
      if (event.type === 'finish' || event.type === 'input-required') {
        const more = await within(nextOf(iterator, adapter), LAST_WORD_MS);
        isOver = more?.done === true;
        if (more?.done === false) throw goesOn(event.type, more.value, adapter, number + 1);
      }
      yield event;
    }
  } catch (error) {
    // What throws has ended.
    isOver ||= !ContractViolation.is(error);
    throw error;
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

function checkedEvent(event: unknown, adapter: string, number: number): TurnEvent {
  ContractViolation.at({ adapter, place: `event ${number} of the turn` }, () => assertTurnEvent(event));
  return event as TurnEvent;
}

/** An error that calls itself an `EngineError` is told to the caller, so it must be one. Others are told as unexpected. */
async function nextOf(iterator: AsyncIterator<unknown>, adapter: string): Promise<IteratorResult<unknown>> {
  try {
    return await iterator.next();
  } catch (error) {
    const place = 'an error that the turn throws';
    if (EngineError.is(error)) ContractViolation.at({ adapter, place }, () => assertEngineError(error));
    throw error;
  }
}

function goesOn(last: string, event: unknown, adapter: string, number: number): ContractViolation {
  const { type } = (typeof event === 'object' && event !== null ? event : {}) as { readonly type?: unknown };
  const isSecondEnd = type === 'finish' || type === 'input-required';
  const rule = isSecondEnd
    ? `a turn must end with exactly one finish or input-required, and ${type} comes after ${last}`
    : `nothing may follow ${last}: the turn is over with it`;
  return new ContractViolation(rule, undefined, { adapter, place: `event ${number} of the turn` });
}

/** What the promise gives in that time; undefined when it is late or fails: what comes after an end no longer counts. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
