import type { TurnControls } from '../../contract/controls.js';
import type { StepEvent } from '../../contract/steps.js';
import { DurableSteps } from '../../steps/durable-steps.js';
import { TestJournal, TestStepStore } from './test-journal.js';

/** Controls for a test. */
export interface TestControls extends TurnControls {
  /** What was emitted so far, in its order. Events of a step that failed are not among them, apart from those that are shown at once. */
  readonly emitted: readonly StepEvent[];
}

/** The controls of a turn for a test: durable steps in memory, a signal that is not aborted, and checkpoints that are dropped. `given` overrides them. */
export function testControls(given: Partial<TurnControls> = {}): TestControls {
  const { signal = new AbortController().signal } = given;
  const emitted: StepEvent[] = [];
  const told = (events: readonly StepEvent[]) => void emitted.push(...events);
  const { step, ask, sleep, emit, hasSteps } = new DurableSteps(
    new TestJournal(new TestStepStore(), 'test', { signal, told }),
  );
  return { signal, checkpoint: () => {}, step, ask, sleep, emit, hasSteps, ...given, emitted };
}
