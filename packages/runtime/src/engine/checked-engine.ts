import {
  type AgentEngine,
  assertEngine,
  assertEngineError,
  assertTurnEvent,
  assertTurnEvents,
  ContractViolationError,
  EngineError,
  endsTurn,
  type TurnEvent,
} from '@molecule/adapters';
import { within } from '../support/wait.js';
import { decorateEngine } from './decorate-engine.js';

/** The time for which the last event of a turn is held back, in order to detect an event after it. */
const LAST_WORD_MS = 25;

/**
 * The same engine, whose events and errors are checked before use, with the checks of the contract suite. Every other
 * decorator wraps this one.
 *
 * @param adapter the adapter's name, for the errors
 * @throws {ContractViolationError} if the object is not an engine
 */
export function checkedEngine(engine: unknown, adapter: string): AgentEngine {
  ContractViolationError.at({ adapter }, () => assertEngine(engine));
  const own = engine as AgentEngine;
  return decorateEngine(own, (turn, controls) => checkedEvents(() => own.runTurn(turn, controls), adapter));
}

async function* checkedEvents(begin: () => unknown, adapter: string): AsyncGenerator<TurnEvent> {
  const events = begin();
  ContractViolationError.at({ adapter }, () => assertTurnEvents(events));
  const iterator = (events as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let number = 1; ; number++) {
      const next = await nextOf(iterator, adapter);
      isOver = next.done === true;
      if (isOver) return;
      const event = checkedEvent(next.value, adapter, number);
      if (endsTurn(event)) {
        // An error after the end does not count.
        const more = await within(
          nextOf(iterator, adapter).catch(() => undefined),
          LAST_WORD_MS,
          () => undefined,
        );
        isOver = more?.done === true;
        if (more?.done === false) throw goesOn(event.type, more.value, adapter, number + 1);
      }
      yield event;
    }
  } catch (error) {
    // A generator that throws has ended.
    isOver ||= !ContractViolationError.is(error);
    throw error;
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

function checkedEvent(event: unknown, adapter: string, number: number): TurnEvent {
  ContractViolationError.at({ adapter, place: `event ${number} of the turn` }, () => assertTurnEvent(event));
  return event as TurnEvent;
}

/** An `EngineError` reaches the caller, so it must be valid. Other errors reach the caller only as unexpected failures. */
async function nextOf(iterator: AsyncIterator<unknown>, adapter: string): Promise<IteratorResult<unknown>> {
  try {
    return await iterator.next();
  } catch (error) {
    const place = 'an error that the turn throws';
    if (EngineError.is(error)) ContractViolationError.at({ adapter, place }, () => assertEngineError(error));
    throw error;
  }
}

function goesOn(last: string, event: unknown, adapter: string, number: number): ContractViolationError {
  const { type } = (typeof event === 'object' && event !== null ? event : {}) as { readonly type?: unknown };
  const isSecondEnd = endsTurn({ type } as TurnEvent);
  const rule = isSecondEnd
    ? `a turn must have exactly one last event, and ${type} comes after ${last}`
    : `nothing may follow ${last}, which ends the turn`;
  return new ContractViolationError(rule, undefined, { adapter, place: `event ${number} of the turn` });
}
