import type { TurnConclusion, TurnSummary } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';

/** The three stages as activities. Their names are part of every history. */
export interface StageActivities {
  task_receive(input: TurnInput): Promise<void>;
  llm_call(input: TurnInput): Promise<TurnSummary>;
  /** `conclusion` is set if `llm_call` gave no result. */
  task_complete(input: TurnInput, conclusion?: TurnConclusion): Promise<void>;
}
