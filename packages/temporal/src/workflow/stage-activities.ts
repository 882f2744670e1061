import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { LlmResult, TurnEnding } from '../contract/task-body.js';

/** The three stages as activities; their names are part of every history. */
export interface StageActivities {
  task_receive(input: AgentTaskInput): Promise<void>;
  llm_call(input: AgentTaskInput): Promise<LlmResult>;
  /** `ending` is set when `llm_call` gave no result. */
  task_complete(input: AgentTaskInput, ending?: TurnEnding): Promise<void>;
}
