import type { JsonValue, NewEntry, StoredEntry, StoredJson, StoredPage, StoredRange } from '@molecule/adapters';
import type { Insertable, Kysely, Transaction } from 'kysely';
import type { EngineStoreSchema } from '../engine-store-schema.js';
import type { LogTransaction } from '../log-transaction.js';
import type { TaskLogSchema } from '../schema.js';

/** The largest page of a list, in bytes of JSON. */
const PAGE_BYTES = 8 * 1024 * 1024;
const PAGE_ENTRIES = 1000;
/** Rows of one statement, and ids of one query. */
const ROWS_AT_ONCE = 200;
/** The position of a key's value. */
const VALUE = 0;

type EntryRow = Insertable<EngineStoreSchema['engine_entries']>;

/** Where something is stored. */
export interface Place {
  readonly context: string;
  readonly key: string;
}

/** An entry that is ready to be stored. */
export interface JsonEntry extends StoredJson {
  readonly id: string | undefined;
}

export async function readValue(database: Kysely<TaskLogSchema>, place: Place): Promise<JsonValue | undefined> {
  const row = await at(database.selectFrom('engine_entries').select('content'), place)
    .where('position', '=', VALUE)
    .executeTakeFirst();
  return row && (JSON.parse(row.content) as JsonValue);
}

/** Reads a page in two queries that must see the same moment. */
export async function readPage(
  database: Kysely<TaskLogSchema>,
  place: Place,
  { after = VALUE, limit = PAGE_ENTRIES }: StoredRange = {},
): Promise<StoredPage> {
  const from = Math.max(after, VALUE);
  const sizes = await at(database.selectFrom('engine_entries').select(['position', 'bytes']), place)
    .where('position', '>', from)
    .orderBy('position')
    .limit(Math.max(limit, 1) + 1)
    .execute();
  let bytes = 0;
  const fitting = sizes.slice(0, Math.max(limit, 1)).filter((row, index) => {
    bytes += row.bytes;
    return index === 0 || bytes <= PAGE_BYTES;
  });
  const last = fitting.at(-1)?.position ?? from;
  const rows = await at(database.selectFrom('engine_entries').select(['position', 'entry_id', 'content']), place)
    .where('position', '>', from)
    .where('position', '<=', last)
    .orderBy('position')
    .execute();
  return { entries: rows.map(toEntry), next: last, more: sizes.length > fitting.length };
}

export async function writeValue(transaction: LogTransaction, place: Place, value: StoredJson): Promise<void> {
  const row = entryRow(place, VALUE, { id: undefined, ...value });
  await transaction.run('put value', Object.values(row), () =>
    transaction.kysely
      .insertInto('engine_entries')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['context', 'key', 'position'])
          .doUpdateSet(({ ref }) => ({ bytes: ref('excluded.bytes'), content: ref('excluded.content') })),
      ),
  );
}

/**
 * Appends the entries whose ids the list does not have.
 *
 * @param before the position after which they are numbered
 * @returns the position of the last entry of the list; 0 if it is empty
 */
export async function appendEntries(
  transaction: LogTransaction,
  place: Place,
  entries: readonly JsonEntry[],
  before: number,
): Promise<number> {
  const known = await knownIds(transaction.kysely, place, entries);
  const rows = entries.flatMap(({ id, json, bytes }, index): EntryRow[] => {
    if (id !== undefined && known.has(id)) return [];
    if (id !== undefined) known.add(id);
    return [entryRow(place, before + 1 + index, { id, json, bytes })];
  });
  const [only, ...others] = rows;
  if (only !== undefined && others.length === 0) {
    await transaction.run('append entry', Object.values(only), () =>
      transaction.kysely.insertInto('engine_entries').values(only),
    );
  } else {
    for (const some of batches(rows)) await transaction.kysely.insertInto('engine_entries').values(some).execute();
  }
  return rows.at(-1)?.position ?? lastPosition(transaction.kysely, place);
}

/** The position of the last entry; 0 if there is none. */
async function lastPosition(database: Kysely<TaskLogSchema>, place: Place): Promise<number> {
  const row = await at(database.selectFrom('engine_entries').select('position'), place)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.position ?? VALUE;
}

/** Deletes the list of a key, and not its value. */
export async function deleteList(database: Kysely<TaskLogSchema>, place: Place): Promise<void> {
  await at(database.deleteFrom('engine_entries'), place).where('position', '>', VALUE).execute();
}

/** Deletes all of a key, or of all keys. */
export async function deleteStored(database: Kysely<TaskLogSchema>, context: string, key?: string): Promise<void> {
  const all = database.deleteFrom('engine_entries').where('context', '=', context);
  await (key === undefined ? all : all.where('key', '=', key)).execute();
}

/** Deletes everything of a context. What a turn of it still writes is refused. */
export async function forgetContext(transaction: Transaction<TaskLogSchema>, context: string): Promise<void> {
  await transaction.deleteFrom('engine_holders').where('context', '=', context).execute();
  await deleteStored(transaction, context);
}

export function jsonEntry({ id }: NewEntry, value: StoredJson): JsonEntry {
  return { id, ...value };
}

async function knownIds(
  database: Kysely<TaskLogSchema>,
  place: Place,
  entries: readonly JsonEntry[],
): Promise<Set<string>> {
  const known = new Set<string>();
  for (const ids of batches(entries.flatMap(({ id }) => (id === undefined ? [] : [id])))) {
    const rows = await at(database.selectFrom('engine_entries').select('entry_id'), place)
      .where('entry_id', 'in', ids)
      .execute();
    for (const { entry_id } of rows) if (entry_id !== null) known.add(entry_id);
  }
  return known;
}

function entryRow({ context, key }: Place, position: number, { id, json, bytes }: JsonEntry): EntryRow {
  return { context, key, position, entry_id: id ?? null, bytes, content: json };
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let done = 0; done < items.length; done += ROWS_AT_ONCE) yield items.slice(done, done + ROWS_AT_ONCE);
}

function toEntry(row: { position: number; entry_id: string | null; content: string }): StoredEntry {
  const value = JSON.parse(row.content) as JsonValue;
  return { position: row.position, ...(row.entry_id !== null && { id: row.entry_id }), value };
}

interface Narrowed<Query> {
  where(column: 'context' | 'key', operator: '=', value: string): Query;
}

function at<Query extends Narrowed<Query>>(query: Query, { context, key }: Place): Query {
  return query.where('context', '=', context).where('key', '=', key);
}
