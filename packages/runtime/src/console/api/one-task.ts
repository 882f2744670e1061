import { taskNotFound } from '../../tasks/a2a-errors.js';
import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import { maySee, type Viewer } from './viewer.js';

/**
 * A task that the viewer may see.
 *
 * @throws {TaskNotFoundError} also for a task of another owner
 */
export async function visibleTask(overview: Overview, taskId: string, viewer: Viewer): Promise<OverviewTask> {
  const [task] = await overview.tasks([taskId]);
  if (!task || !maySee(viewer, task.owner)) throw taskNotFound(taskId);
  return task;
}
