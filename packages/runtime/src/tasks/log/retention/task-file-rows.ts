import type { Kysely } from 'kysely';
import type { TaskLogSchema } from '../schema.js';
import type { Conversation } from './due-tasks.js';

/** A message of a task. */
export interface SentMessage extends Conversation {
  readonly taskId: string;
  readonly messageId: string;
}

/** A task that names stored files. */
export interface TaskWithFiles {
  readonly id: string;
  /** True if the task ended before the time that was asked for, and no engine works on it any more. */
  readonly isOld: boolean;
}

export function messagesWithFiles(
  database: Kysely<TaskLogSchema>,
  ids: readonly string[],
): Promise<readonly SentMessage[]> {
  return database
    .selectFrom('task_messages')
    .innerJoin('tasks', 'tasks.id', 'task_messages.task_id')
    .select([
      'task_messages.task_id as taskId',
      'task_messages.message_id as messageId',
      'tasks.owner as owner',
      'tasks.context_id as contextId',
    ])
    .where('task_messages.task_id', 'in', [...ids])
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('task_blobs')
          .select('task_blobs.digest')
          .whereRef('task_blobs.task_id', '=', 'task_messages.task_id'),
      ),
    )
    .execute();
}

/** In pages by id, so that no query reads all files; old ones may be far between. */
export async function tasksWithFiles(
  database: Kysely<TaskLogSchema>,
  after: string,
  before: number,
  most: number,
): Promise<readonly TaskWithFiles[]> {
  const rows = await database
    .selectFrom('task_blobs')
    .innerJoin('tasks', 'tasks.id', 'task_blobs.task_id')
    .select([
      'task_blobs.task_id as id',
      'tasks.terminal as terminal',
      'tasks.status_at as statusAt',
      'tasks.engaged as engaged',
    ])
    .distinct()
    .where('task_blobs.task_id', '>', after)
    .where('task_blobs.released', '=', 0)
    .orderBy('task_blobs.task_id')
    .limit(most)
    .execute();
  return rows.map(({ id, terminal, statusAt, engaged }) => ({
    id,
    isOld: terminal === 1 && engaged === null && statusAt < before,
  }));
}

export async function releaseFiles(database: Kysely<TaskLogSchema>, ids: readonly string[]): Promise<void> {
  await database
    .updateTable('task_blobs')
    .set({ released: 1 })
    .where('task_id', 'in', [...ids])
    .execute();
}
