import type { TaskLog } from '../../tasks/log/task-log.js';
import type { BatchPace } from './batch-pace.js';
import type { TaskFiles } from './task-files.js';

/** Tasks that are deleted in one transaction. */
const BATCH = 100;
/** Tasks with files that are read at once. */
const FILES_BATCH = 200;

export interface TaskSweep {
  /** Tasks that ended before this time are meant. */
  readonly before: number;
  readonly files: TaskFiles;
  readonly pace: BatchPace;
  readonly isOver: () => boolean;
}

/**
 * Deletes tasks that ended before a time, oldest first.
 *
 * @returns how many were deleted
 */
export async function sweepTasks({ retention }: TaskLog, { before, files, pace, isOver }: TaskSweep): Promise<number> {
  let deleted = 0;
  while (!isOver()) {
    const ids = await retention.endedBefore(before, BATCH);
    if (ids.length === 0) break;
    // First, because afterwards no record says which files there were.
    await files.removeAll(ids);
    deleted += (await pace.run(() => retention.deleteEnded(ids))).length;
  }
  return deleted;
}

/**
 * Releases the files of tasks that ended before a time. The tasks stay.
 *
 * @returns of how many tasks
 */
export async function sweepFiles({ retention }: TaskLog, { before, files, pace, isOver }: TaskSweep): Promise<number> {
  let released = 0;
  for (let after = ''; !isOver(); ) {
    const found = await pace.run(() => retention.tasksWithFiles(after, before, FILES_BATCH));
    const ids = found.flatMap(({ id, isOld }) => (isOld ? [id] : []));
    await files.removeFiles(ids);
    await retention.releaseFiles(ids);
    released += ids.length;
    const last = found.at(-1);
    if (last === undefined || found.length < FILES_BATCH) break;
    after = last.id;
  }
  return released;
}
