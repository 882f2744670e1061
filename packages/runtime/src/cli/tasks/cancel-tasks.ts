import { canceledEvent } from '../../tasks/events/a2a-events.js';
import type { TaskSummary } from '../../tasks/log/operator-view.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { ONCE } from '../../tasks/storage/storage-gate.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { findTasks } from './find-tasks.js';
import type { TasksOptions } from './options.js';
import { nameOfState } from './read-options.js';
import { openStoredTasks } from './stored-tasks.js';

/** Cancels tasks. The process that runs one of them, if there is one, finds that in the log and stops the engine. */
export async function cancelTasks(ids: readonly string[], options: TasksOptions, host: CliHost): Promise<number> {
  if (ids.length === 0) throw new UsageError('molecule tasks cancel wants the id of at least one task.');
  await using opened = await openStoredTasks(options.workspace, host);
  const { log } = opened.store;
  let ended = 0;
  for (const task of await findTasks(log.operator, ids)) {
    if (await cancelTask(log, task)) host.stdout.write(`${task.id}  canceled\n`);
    else {
      ended++;
      const state = await log.read.stateOf(task.id);
      host.stderr.write(`${task.id}  has ended already${state === undefined ? '' : `: ${nameOfState(state)}`}\n`);
    }
  }
  return ended === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
}

/** False: it had ended already. */
export async function cancelTask(log: TaskLog, { id, contextId, terminal }: TaskSummary): Promise<boolean> {
  if (terminal) return false;
  // What the engine holds for the task is recorded with its end; the agent releases it, now or at its next start.
  log.abandonedWork.onRecorded(() => {});
  const settled = await log.settle(id, canceledEvent({ taskId: id, contextId }), { patience: PATIENCE });
  return settled !== undefined;
}

/** The agent that runs may hold the lock for a moment. */
const PATIENCE = { ...ONCE, lockedMs: 10_000 };
