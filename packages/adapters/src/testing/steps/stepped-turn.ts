import { assertTurnEvents } from '../../checks/engine.js';
import type { TurnControls } from '../../contract/controls.js';
import type { AgentEngine } from '../../contract/engine.js';
import type { StepEvent, TurnSteps } from '../../contract/steps.js';
import type { InputAnswer, Turn } from '../../contract/turn.js';
import { endsTurn, type TurnEvent } from '../../contract/turn-event.js';
import { DurableSteps } from '../../steps/durable-steps.js';
import type { PutAway } from '../../steps/step-journal.js';
import { TestJournal, type TestStepStore } from './test-journal.js';

/** What a turn is run with besides its steps. */
export type BareControls = Omit<TurnControls, keyof TurnSteps>;

export interface SteppedTurn {
  readonly store: TestStepStore;
  /** Names the steps of the turn, the same in each attempt. */
  readonly run: string;
  readonly answers?: readonly InputAnswer[];
  /** Called when the turn is put away. */
  readonly onPutAway?: (away: PutAway) => void;
}

/** Runs a turn with durable steps, as the runtime does: what the engine yields and emits, and the question for which it is put away. */
export async function* steppedTurn(
  engine: AgentEngine,
  turn: Turn,
  bare: BareControls,
  { store, run, answers = [], onPutAway }: SteppedTurn,
): AsyncGenerator<TurnEvent> {
  const attempt = new AbortController();
  const signal = AbortSignal.any([bare.signal, attempt.signal]);
  const queue: StepEvent[] = [];
  let heard = Promise.withResolvers<'heard'>();
  const told = (events: readonly StepEvent[]) => {
    queue.push(...events);
    heard.resolve('heard');
  };
  const journal = new TestJournal(store, run, { signal, answers, told });
  const steps = new DurableSteps(journal);
  const { step, ask, sleep, emit, hasSteps } = steps;
  const source: unknown = engine.runTurn(turn, { ...bare, signal, step, ask, sleep, emit, hasSteps });
  assertTurnEvents(source);
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let next = iterator.next(); ; ) {
      const happened = await Promise.race([next, steps.putAway, heard.promise]);
      yield* queue.splice(0);
      if (happened === 'heard') heard = Promise.withResolvers();
      else if ('requests' in happened) {
        onPutAway?.(happened);
        attempt.abort({ code: 'superseded', message: 'The turn is put away.' });
        const [first, ...also] = happened.requests;
        if (first) yield { type: 'input-required', ...first, ...(also.length > 0 && { also }) };
        return;
      } else if (happened.done) {
        isOver = true;
        return;
      } else {
        journal.heard(happened.value);
        yield happened.value;
        if (endsTurn(happened.value)) {
          // What follows the end breaks the contract, and is shown to the suite.
          for (let more = await iterator.next(); !more.done; more = await iterator.next()) yield more.value;
          isOver = true;
          return;
        }
        next = iterator.next();
      }
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    if (!isOver) {
      // A step does not see that its reader has gone; without steps, the engine must see it by itself.
      if (journal.isUsed) attempt.abort({ code: 'superseded', message: 'The reader of the turn has gone.' });
      await iterator.return?.();
    }
  }
}
