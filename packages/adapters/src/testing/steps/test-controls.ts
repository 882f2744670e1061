import type { TurnControls } from '../../contract/controls.js';
import { DurableSteps } from '../../steps/durable-steps.js';
import { TestJournal, TestStepStore } from './test-journal.js';

/** The controls of a turn for a test: durable steps in memory, a signal that is not aborted, and checkpoints that are dropped. `given` overrides them. */
export function testControls(given: Partial<TurnControls> = {}): TurnControls {
  const { signal = new AbortController().signal } = given;
  const { step, ask, sleep, emit, hasSteps } = new DurableSteps(
    new TestJournal(new TestStepStore(), 'test', { signal }),
  );
  return { signal, checkpoint: () => {}, step, ask, sleep, emit, hasSteps, ...given };
}
