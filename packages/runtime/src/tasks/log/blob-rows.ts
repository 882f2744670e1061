import type { Part } from '@a2a-js/sdk';
import type { Kysely } from 'kysely';
import { storedFileAt } from '../blobs/stored-file.js';
import type { TaskEvent } from '../events/task-event.js';
import type { TaskLogSchema } from './schema.js';

/** A stored file as a task names it. */
export interface NamedFile {
  readonly digest: string;
  /** As its sender gave it; may be empty. */
  readonly name: string;
  /** May be empty. */
  readonly mediaType: string;
  /** True: the task no longer keeps it, because retention has deleted it. */
  readonly released?: boolean;
}

/** Records which stored files a task names. The row or event that names them must be written in the same transaction. */
export async function insertBlobRows(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  parts: readonly Part[],
): Promise<void> {
  const rows = parts.flatMap((part) => {
    const file = storedFileIn(part);
    return file ? [{ task_id: taskId, digest: file.digest, name: file.name, media_type: file.mediaType }] : [];
  });
  if (rows.length === 0) return;
  await database
    .insertInto('task_blobs')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The parts of events that may name files. */
export function partsIn(events: readonly TaskEvent[]): readonly Part[] {
  return events.flatMap((event) =>
    event.$case === 'artifactUpdate' ? (event.value.artifact?.parts ?? []) : (event.value.status?.message?.parts ?? []),
  );
}

/** A stored file of a task; with `owner`, only if it belongs to that owner. Undefined if the task does not name the digest. */
export async function findFile(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  digest: string,
  owner: string | undefined,
): Promise<NamedFile | undefined> {
  const named = database
    .selectFrom('task_blobs')
    .innerJoin('tasks', 'tasks.id', 'task_blobs.task_id')
    .select(['task_blobs.name', 'task_blobs.media_type', 'task_blobs.released'])
    .where('task_blobs.task_id', '=', taskId)
    .where('task_blobs.digest', '=', digest);
  const row = await (owner === undefined ? named : named.where('tasks.owner', '=', owner)).executeTakeFirst();
  return row && { digest, name: row.name, mediaType: row.media_type, ...(row.released === 1 && { released: true }) };
}

/** Which of the digests some task names. */
export async function namedDigests(
  database: Kysely<TaskLogSchema>,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('task_blobs')
    .select('digest')
    .distinct()
    .where('digest', 'in', [...digests])
    .where('released', '=', 0)
    .execute();
  return new Set(rows.map(({ digest }) => digest));
}

function storedFileIn({ content, filename, mediaType }: Part): NamedFile | undefined {
  const file = content?.$case === 'url' ? storedFileAt(content.value) : undefined;
  return file && { digest: file.digest, name: filename, mediaType };
}
