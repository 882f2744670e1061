import type { Database } from '../storage/database.js';
import { TaskStoreError } from '../task-store-error.js';
import { type CopiedTable, LOG_TABLES, TEAM_TABLES } from './copied-tables.js';
import type { MovableStore } from './movable-store.js';
import { TableDigest } from './table-digest.js';
import { countRows, insertRows, pagesOf } from './table-pages.js';

/** A table in both stores. */
interface TablePair {
  readonly table: CopiedTable;
  readonly source: Database<unknown>;
  readonly target: Database<unknown>;
}

/** The contents of the tables as they were copied. */
export type CopiedTables = ReadonlyMap<string, TableDigest>;

/** The names of the tables that have rows, with their number. */
export async function rowsIn(store: MovableStore): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { table, source } of pairs(store, store)) {
    const count = await countRows(source, table);
    if (count > 0) counts.set(table.name, count);
  }
  return counts;
}

/** Copies every table into an empty one. @param told called after each page with the rows of all tables so far */
export async function copyTables(
  from: MovableStore,
  to: MovableStore,
  told: (rows: number) => void,
): Promise<CopiedTables> {
  const copied = new Map<string, TableDigest>();
  let all = 0;
  for (const { table, source, target } of pairs(from, to)) {
    const digest = new TableDigest();
    copied.set(table.name, digest);
    for await (const rows of pagesOf(source, table)) {
      from.assertHeld();
      await insertRows(target, table, rows);
      digest.add(table, rows);
      all += rows.length;
      told(all);
    }
  }
  return copied;
}

/**
 * Reads the copy, and compares it with what was copied; and counts the rows of the source once more.
 *
 * @throws {TaskStoreError} `STORE_COPY_DIFFERS`
 */
export async function checkTables(
  from: MovableStore,
  to: MovableStore,
  copied: CopiedTables,
  told: (rows: number) => void,
): Promise<void> {
  let all = 0;
  for (const { table, source, target } of pairs(from, to)) {
    const wanted = copied.get(table.name) ?? new TableDigest();
    const found = new TableDigest();
    for await (const rows of pagesOf(target, table)) {
      found.add(table, rows);
      all += rows.length;
      told(all);
    }
    if (!found.equals(wanted)) throw differs(from, `${to.place} has other rows in ${table.name}`, wanted, found.rows);
    const now = await countRows(source, table);
    if (now !== wanted.rows) throw differs(from, `${from.place} has changed since in ${table.name}`, wanted, now);
  }
}

function differs({ place }: MovableStore, what: string, { rows }: TableDigest, found: number): TaskStoreError {
  return new TaskStoreError(
    'STORE_COPY_DIFFERS',
    `${what}: ${rows} were copied, and ${found} found. The tasks are still in ${place}; nothing was changed there. Make sure that nothing uses either store, and move again.`,
  );
}

function pairs(from: MovableStore, to: MovableStore): readonly TablePair[] {
  const pair = (part: 'tasks' | 'team') => (table: CopiedTable) => ({
    table,
    source: from[part] as unknown as Database<unknown>,
    target: to[part] as unknown as Database<unknown>,
  });
  return [...LOG_TABLES.map(pair('tasks')), ...TEAM_TABLES.map(pair('team'))];
}
