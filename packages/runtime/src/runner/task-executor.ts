import type { TaskRecord } from '../task-log/records.js';
import type { TaskInput } from './task-input.js';

/** Sets accepted turns going, directly or on a durable engine. */
export interface TaskExecutor {
  /**
   * Begins the turn, which the log holds already. Never throws: what goes wrong ends the task.
   *
   * @param record the task as the caller has just written it, which spares reading it again
   */
  execute(input: TaskInput, record?: TaskRecord): void;
  /** Stops whatever runs for the task, here at once and elsewhere as soon as it can be reached. */
  cancel(taskId: string): void;
}
