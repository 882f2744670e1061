import type { TurnSteps } from '../contract/steps.js';
import { EngineError } from '../errors/engine-error.js';

type Steps = Pick<TurnSteps, 'step'>;

/** The first failure of a tool that is to be tried again, of each attempt of a turn, which is known by its `step`. */
const failures = new WeakMap<TurnSteps['step'], EngineError>();

/**
 * Calls a tool for the AI SDK, which gives each failure to the model and goes on. One that is not recorded, because the runtime tries it again, is
 * kept: what the model said to it would be recorded, and the next attempt would call the tool again for an answer to the failure.
 */
export async function keepingFailure<Output>({ step }: Steps, call: () => Promise<Output>): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    if (EngineError.is(error) && error.retryable && !failures.has(step)) failures.set(step, error);
    throw error;
  }
}

/** @throws {EngineError} the kept failure of this attempt: the turn fails with it, before the model is called again */
export function throwKeptFailure({ step }: Steps): void {
  const failure = failures.get(step);
  if (failure) throw failure;
}
