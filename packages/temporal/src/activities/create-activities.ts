import type { StageActivities } from '../workflow/stage-activities.js';
import type { ActivityEnvironment } from './activity-environment.js';
import { runLlmCall } from './llm-call.js';

/** The stages, as the worker runs them. */
export function createActivities(environment: ActivityEnvironment): StageActivities {
  const { body, logger, starter } = environment;
  return {
    async task_receive(input) {
      logger.debug('task_receive', { taskId: input.taskId, turn: input.turn });
    },
    async llm_call(input) {
      return runLlmCall(environment, input);
    },
    async task_complete(input, ending) {
      logger.debug('task_complete', { taskId: input.taskId, turn: input.turn, ...(ending && { ending: ending.code }) });
      if (ending) await body.conclude?.(input, ending);
      const task = starter.registry.find(input.taskId, input.turn);
      if (task?.settled) starter.forget(task);
      // The workflow has ended without waiting for the turn, which began before its activity. Attempts that were lost are
      // no reason to stop one that runs and that the body holds.
      else if (ending?.code === 'canceled') task?.abort({ code: 'canceled', message: ending.message });
      else if (ending && task && !(await body.holds?.(input))) {
        task.abort({ code: ending.code === 'failed' ? 'superseded' : ending.code, message: ending.message });
      }
    },
  };
}
