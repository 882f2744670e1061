import type { Kysely } from 'kysely';
import type { TaskLogSchema } from '../schema.js';

/** Events that are read at once. */
const BATCH = 256;
/** Characters of JSON after which a page ends. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** An event as it is stored. */
export interface StoredEvent {
  readonly seq: number;
  /** An A2A StreamResponse. */
  readonly json: string;
}

/** Some events of a task, in order. */
export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** True: there are more after the last one. */
  readonly more: boolean;
}

/** Which events of a task are stored. */
export interface EventRange {
  /** The number of the first event or step; undefined: none is stored. */
  readonly first: number | undefined;
  /** True: all that there ever were. False: only steps are left, or nothing is. */
  readonly complete: boolean;
}

/** Runs queries that see one moment. */
type Read = <Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>) => Promise<Value>;

/** At most so many events after `after`; fewer if they are large. Of a task whose events were deleted, the steps. */
export async function pageOfEvents(read: Read, taskId: string, after: number, most: number): Promise<EventPage> {
  const events: StoredEvent[] = [];
  let characters = 0;
  for (let last = after; ; ) {
    const from = last;
    const rows = await read((database) => someAfter(database, taskId, from));
    for (const { seq, content } of rows) {
      if (events.length === most || characters > MOST_CHARACTERS) return { events, more: true };
      events.push({ seq, json: content });
      characters += content.length;
      last = seq;
    }
    if (rows.length < BATCH) return { events, more: false };
  }
}

interface Row {
  readonly seq: number;
  readonly content: string;
}

/** Steps are what is left of the events before those that are still stored. Both are read in one moment. */
async function someAfter(database: Kysely<TaskLogSchema>, taskId: string, seq: number): Promise<readonly Row[]> {
  const steps = await someOf(database, { taskId, kind: 'kept', after: seq, most: BATCH });
  const most = BATCH - steps.length;
  return most === 0 ? steps : [...steps, ...(await someOf(database, { taskId, kind: 'event', after: seq, most }))];
}

function someOf(
  database: Kysely<TaskLogSchema>,
  some: { readonly taskId: string; readonly kind: 'event' | 'kept'; readonly after: number; readonly most: number },
): Promise<readonly Row[]> {
  return database
    .selectFrom('task_contents')
    .select(['seq', 'content'])
    .where('task_id', '=', some.taskId)
    .where('kind', '=', some.kind)
    .where('seq', '>', some.after)
    .orderBy('seq')
    .limit(some.most)
    .execute();
}

/** Which events of a task are still stored. */
export async function eventRange(database: Kysely<TaskLogSchema>, taskId: string): Promise<EventRange> {
  const row = await database
    .selectFrom('tasks')
    .select(['seq', 'compacted'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  const event = await firstOf(database, taskId, 'event');
  const step = await firstOf(database, taskId, 'kept');
  const isEmpty = event === undefined && row?.seq === 0;
  // They are deleted from the first on, some at a time.
  const complete = row?.compacted === 0 && step === undefined && (isEmpty || event === 1);
  return { first: step ?? event, complete };
}

async function firstOf(
  database: Kysely<TaskLogSchema>,
  taskId: string,
  kind: 'event' | 'kept',
): Promise<number | undefined> {
  const row = await database
    .selectFrom('task_contents')
    .select('seq')
    .where('task_id', '=', taskId)
    .where('kind', '=', kind)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}
