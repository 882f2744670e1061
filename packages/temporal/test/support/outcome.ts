import type { RunOutcome, TurnSummary } from '../../src/index.js';

/** The result of a turn that must have ended. */
export function resultOf(outcome: RunOutcome): TurnSummary {
  if (outcome.kind === 'ended') return outcome.result;
  throw new Error(`The turn has no result: ${JSON.stringify(outcome)}`);
}
