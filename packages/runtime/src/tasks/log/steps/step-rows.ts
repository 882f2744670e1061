import { type Kysely, sql } from 'kysely';
import type { LogTransaction } from '../log-transaction.js';
import type { TaskLogSchema } from '../schema.js';

/** The media type of a result that is stored as a blob. */
const STEP_RESULT = 'application/vnd.molecule.step-result+json';

/** The largest number of steps of a page, and of bytes of their contents; a page has one step at least. */
const PAGE_STEPS = 1000;
const PAGE_BYTES = 4 * 1024 * 1024;

/** A step as it is stored. */
export interface StepRow {
  /** The order in which the steps of a task were recorded, from 1. */
  readonly seq: number;
  /** JSON. */
  readonly content: string;
  /** The blob that holds the result. */
  readonly digest?: string;
}

export interface StepRowPage {
  readonly rows: readonly Pick<StepRow, 'seq' | 'content'>[];
  readonly more: boolean;
}

/** Reads a page in two queries that must see the same moment. */
export async function readSteps(database: Kysely<TaskLogSchema>, taskId: string, after: number): Promise<StepRowPage> {
  const of = database.selectFrom('task_contents').where('task_id', '=', taskId).where('kind', '=', 'step');
  const sizes = await of
    .select(['seq', sql<number | string>`octet_length(content)`.as('bytes')])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(PAGE_STEPS + 1)
    .execute();
  let bytes = 0;
  const fitting = sizes.slice(0, PAGE_STEPS).filter((row, index) => {
    bytes += Number(row.bytes);
    return index === 0 || bytes <= PAGE_BYTES;
  });
  const last = fitting.at(-1)?.seq ?? after;
  const rows = await of
    .select(['seq', 'content'])
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .orderBy('seq')
    .execute();
  return { rows, more: sizes.length > fitting.length };
}

/** Stores a step, in the transaction that checks the claim. */
export async function putStep(transaction: LogTransaction, taskId: string, step: StepRow): Promise<void> {
  transaction.put(taskId, 'step', step.content, step.seq);
  if (step.digest === undefined) return;
  await transaction.kysely
    .insertInto('task_blobs')
    .values({ task_id: taskId, digest: step.digest, name: '', media_type: STEP_RESULT })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Deletes the steps of a task that has ended. */
export async function deleteSteps(database: Kysely<TaskLogSchema>, taskId: string): Promise<void> {
  const contents = database.deleteFrom('task_contents').where('task_id', '=', taskId);
  await contents.where('kind', 'in', ['step', 'run']).execute();
  await database.deleteFrom('task_blobs').where('task_id', '=', taskId).where('media_type', '=', STEP_RESULT).execute();
}
