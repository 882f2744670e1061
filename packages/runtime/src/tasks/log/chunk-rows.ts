import { Task } from '@a2a-js/sdk';
import type { Kysely } from 'kysely';
import { emptyTask, foldChunk } from '../events/chunk.js';
import { ChunkDraft } from '../events/chunk-draft.js';
import { fold } from '../events/fold.js';
import { eventFromJson, type TaskEvent } from '../events/task-event.js';
import type { LogTransaction } from './log-transaction.js';
import { readContent } from './read-content.js';
import type { ChunkKind, TaskLogSchema } from './schema.js';

/** Where a task's chunks end. */
export interface ChunkedRow {
  readonly id: string;
  readonly context_id: string;
  readonly seq: number;
  readonly chunk_seq: number;
}

/** What a reader needs of a task besides its status. */
export interface TaskParts {
  readonly history: boolean;
  readonly artifacts: boolean;
}

export const STATUS_ONLY: TaskParts = { history: false, artifacts: false };
export const WHOLE_TASK: TaskParts = { history: true, artifacts: true };

/**
 * Appends a chunk, and stores the status after it. The row's `chunk_seq` must be written in the same transaction.
 *
 * @returns the characters of its history, as JSON
 */
export function insertChunk(
  transaction: LogTransaction,
  taskId: string,
  seq: number,
  draft: ChunkDraft,
  status: Task,
): number {
  const history = draft.history();
  const found: readonly (readonly [ChunkKind, string | undefined])[] = [
    ['artifacts', draft.artifacts()],
    ['history', history],
  ];
  for (const [kind, chunk] of found) {
    if (chunk !== undefined) transaction.put(taskId, kind, chunk, seq);
  }
  transaction.put(taskId, 'status', JSON.stringify(Task.toJSON({ ...status, history: [], artifacts: [] })));
  return history?.length ?? 0;
}

/** What a task has that no chunk holds yet, and its status with that. */
export class Unchunked {
  readonly draft = new ChunkDraft();
  /** Its history and artifacts are not used. */
  readonly status: Task;

  constructor(status: Task) {
    this.status = status;
  }

  add(event: TaskEvent): void {
    this.draft.add(event);
    if (event.$case !== 'statusUpdate') return;
    fold(this.status, event);
    this.status.history = [];
  }
}

/** What a task has after its last chunk, up to the row's `seq`. */
export async function unchunked(transaction: LogTransaction, row: ChunkedRow): Promise<Unchunked> {
  const found = new Unchunked(await statusAtChunk(transaction.kysely, row));
  for (const event of await eventsSinceChunk(transaction.kysely, row)) found.add(event);
  return found;
}

/** The events that no chunk holds yet, in order. */
async function eventsSinceChunk(
  database: Kysely<TaskLogSchema>,
  { id, seq, chunk_seq }: ChunkedRow,
): Promise<readonly TaskEvent[]> {
  if (seq === chunk_seq) return [];
  const rows = await database
    .selectFrom('task_contents')
    .select('content')
    .where('task_id', '=', id)
    .where('kind', '=', 'event')
    .where('seq', '>', chunk_seq)
    .where('seq', '<=', seq)
    .orderBy('seq')
    .execute();
  return rows.map(({ content }) => eventFromJson(content));
}

/** A task as it was at `chunk_seq`, without history and artifacts. */
export async function statusAtChunk(database: Kysely<TaskLogSchema>, { id, context_id }: ChunkedRow): Promise<Task> {
  const status = await readContent(database, id, 'status');
  return status === undefined ? emptyTask(id, context_id) : Task.fromJSON(JSON.parse(status));
}

/** A task as it stands, with the parts that the reader needs; the others are empty. */
export async function readTask(
  database: Kysely<TaskLogSchema>,
  row: ChunkedRow,
  parts: TaskParts = WHOLE_TASK,
): Promise<Task> {
  const task = parts.history ? emptyTask(row.id, row.context_id) : await statusAtChunk(database, row);
  for (const kind of ['history', 'artifacts'] as const) {
    if (parts[kind]) await foldChunks(database, task, kind);
  }
  for (const event of await eventsSinceChunk(database, row)) {
    if (event.$case === 'statusUpdate' || parts.artifacts) fold(task, event);
  }
  return parts.history ? task : { ...task, history: [] };
}

async function foldChunks(database: Kysely<TaskLogSchema>, task: Task, kind: ChunkKind): Promise<void> {
  const chunks = await database
    .selectFrom('task_contents')
    .select('content')
    .where('task_id', '=', task.id)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  for (const { content } of chunks) foldChunk(task, content);
}
