import { TaskState } from '@a2a-js/sdk';
import { TURN } from '../storage/storage-gate.js';
import { copyTask, fold } from './fold.js';
import { insertEvent } from './insert-event.js';
import type { TaskRecord } from './records.js';
import { type TaskEvent, withSequence } from './task-event.js';
import type { TaskFeed } from './task-feed.js';
import type { TaskStorage } from './task-storage.js';
import { stateColumns, TaskWriter } from './task-writer.js';

/** Who claims a turn, and on what ground. */
export interface ClaimOptions {
  readonly turn: number;
  /** Boot id of the claiming process. */
  readonly runner: string;
  /** True when a durable engine knows of the turn. */
  readonly durable: boolean;
  /** The claim succeeds only while the task's fence is still this one: nobody else has claimed it since it was read. */
  readonly fence: number;
}

/** Takes a turn to run it. Undefined: it was taken, canceled or finished by another since it was read. */
export async function claimTurn(
  storage: TaskStorage,
  feed: TaskFeed,
  record: TaskRecord,
  options: ClaimOptions,
  event: TaskEvent,
): Promise<TaskWriter | undefined> {
  const seq = record.seq + 1;
  const numbered = withSequence(event, seq);
  const now = Date.now();
  const claimed = await storage.write(
    (database) =>
      database.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('tasks')
          .set((expression) => ({
            ...stateColumns(TaskState.TASK_STATE_WORKING, now),
            seq,
            runner: options.runner,
            durable: options.durable ? 1 : 0,
            fence: expression('fence', '+', 1),
            attempt: expression('attempt', '+', 1),
          }))
          .where('id', '=', record.taskId)
          .where('turn', '=', options.turn)
          .where('fence', '=', options.fence)
          .where('seq', '=', record.seq)
          .where('terminal', '=', 0)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await insertEvent(transaction, record.taskId, seq, numbered, now);
        return true;
      }),
    TURN,
  );
  if (!claimed) return undefined;
  const task = copyTask(record.task);
  fold(task, numbered);
  feed.publish(record.taskId, [{ seq, event: numbered }]);
  return new TaskWriter(storage, feed, {
    ...record,
    task,
    seq,
    state: TaskState.TASK_STATE_WORKING,
    attempt: record.attempt + 1,
    fence: record.fence + 1,
    runner: options.runner,
    durable: options.durable,
  });
}
