import type { StageActivities } from '../workflow/stage-activities.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { runLlmCall } from './llm-call.js';

/** The stages, as the worker runs them. */
export function createActivities(environment: ActivityEnvironment): StageActivities {
  const { body, logger, turns } = environment;
  return {
    async task_receive(input) {
      logger.debug('task_receive', { taskId: input.taskId, turn: input.turn });
    },
    async llm_call(input) {
      return runLlmCall(environment, input);
    },
    async task_complete(input, conclusion) {
      const ending = conclusion && { ending: conclusion.code };
      logger.debug('task_complete', { taskId: input.taskId, turn: input.turn, ...ending });
      if (conclusion) await body.conclude?.(input, conclusion);
      const turn = turns.find(input);
      if (turn?.settled) return turns.forget(turn);
      if (!conclusion || !turn) return;
      // The workflow has ended before the turn, which began before its activity. Lost attempts do not stop a turn that runs and
      // that the body holds.
      const { code, message } = conclusion;
      if (code === 'canceled') turn.abort({ code, message });
      else if (!(await body.holds?.(input))) turn.abort({ code: code === 'failed' ? 'superseded' : code, message });
    },
  };
}
