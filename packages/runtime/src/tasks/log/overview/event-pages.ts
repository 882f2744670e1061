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
  /** The number of the first one; undefined: none is stored. */
  readonly first: number | undefined;
  /** True: all that there ever were. */
  readonly complete: boolean;
}

type Read = <Value>(work: (database: Kysely<TaskLogSchema>) => Promise<Value>) => Promise<Value>;

/** At most so many events after `after`; fewer if they are large. */
export async function pageOfEvents(read: Read, taskId: string, after: number, most: number): Promise<EventPage> {
  const events: StoredEvent[] = [];
  let characters = 0;
  for (let last = after; ; ) {
    const from = last;
    const rows = await read((database) =>
      database
        .selectFrom('task_contents')
        .select(['seq', 'content'])
        .where('task_id', '=', taskId)
        .where('kind', '=', 'event')
        .where('seq', '>', from)
        .orderBy('seq')
        .limit(BATCH)
        .execute(),
    );
    for (const { seq, content } of rows) {
      if (events.length === most || characters > MOST_CHARACTERS) return { events, more: true };
      events.push({ seq, json: content });
      characters += content.length;
      last = seq;
    }
    if (rows.length < BATCH) return { events, more: false };
  }
}

/** Which events of a task are still stored. */
export async function eventRange(database: Kysely<TaskLogSchema>, taskId: string): Promise<EventRange> {
  const row = await database
    .selectFrom('tasks')
    .select(['seq', 'compacted'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  const event = await database
    .selectFrom('task_contents')
    .select('seq')
    .where('task_id', '=', taskId)
    .where('kind', '=', 'event')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const isEmpty = event === undefined && row?.seq === 0;
  // They are deleted from the first on, some at a time.
  return { first: event?.seq, complete: row?.compacted === 0 && (isEmpty || event?.seq === 1) };
}
