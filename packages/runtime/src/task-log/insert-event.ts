import type { Kysely } from 'kysely';
import type { TaskLogSchema } from './schema.js';
import { eventToJson, type TaskEvent } from './task-event.js';

/** Appends an event to a task's list; the state that it leads to is written in the same transaction. */
export async function insertEvent(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  seq: number,
  event: TaskEvent,
  at: number,
): Promise<void> {
  await database
    .insertInto('task_events')
    .values({ task_id: taskId, seq, event: eventToJson(event), at })
    .execute();
}
