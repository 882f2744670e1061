import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../storage/database.js';
import { CALLER } from '../storage/storage-gate.js';
import type { CopiedTable } from './copied-tables.js';

/** Rows that are in memory at once. */
const ROWS = 500;
/** Characters or bytes of their large columns; a row that is larger is read alone. */
const SIZE = 4 * 1024 * 1024;

export type Row = Readonly<Record<string, unknown>>;

/** The rows of a table in the order of its key, a bounded amount at a time. */
export async function* pagesOf<Schema>(
  database: Database<Schema>,
  table: CopiedTable,
): AsyncGenerator<readonly Row[], void, undefined> {
  for (let after: Row | undefined; ; ) {
    const last = await lastOfPage(database, table, after);
    if (!last) return;
    const bounds = [...(after ? [beyond(table, '>', after)] : []), beyond(table, '<=', last)];
    yield await database.read(async (kysely) => {
      const { rows } = await sql<Row>`select ${columns(table.columns)} from ${sql.table(table.name)}
        where ${sql.join(bounds, sql` and `)} order by ${columns(table.key)}`.execute(kysely);
      return rows;
    }, CALLER);
    after = last;
  }
}

/** How many rows the table has. */
export async function countRows<Schema>(database: Database<Schema>, table: CopiedTable): Promise<number> {
  const { rows } = await database.read(
    (kysely) =>
      sql<{ readonly count: number | string }>`select count(*) as count from ${sql.table(table.name)}`.execute(kysely),
    CALLER,
  );
  return Number(rows[0]?.count);
}

/** All of the rows or none. */
export async function insertRows<Schema>(
  database: Database<Schema>,
  table: CopiedTable,
  rows: readonly Row[],
): Promise<void> {
  const values = rows.map((row) => sql`(${sql.join(table.columns.map((column) => row[column]))})`);
  await database.transaction(
    (transaction) =>
      sql`insert into ${sql.table(table.name)} (${columns(table.columns)}) values ${sql.join(values)}`.execute(
        transaction as unknown as Kysely<unknown>,
      ),
    CALLER,
  );
}

/** The key of the last row that fits on the page; undefined: there is no row left. */
async function lastOfPage<Schema>(
  database: Database<Schema>,
  table: CopiedTable,
  after: Row | undefined,
): Promise<Row | undefined> {
  const sizes = table.large.map((column) => sql`coalesce(length(${sql.ref(column)}), 0)`);
  const size = sizes.length === 0 ? sql`0` : sql.join(sizes, sql` + `);
  const { rows } = await database.read(
    (kysely) =>
      sql<Row & { readonly row_size: number }>`select ${columns(table.key)}, ${size} as row_size
        from ${sql.table(table.name)} ${after ? sql`where ${beyond(table, '>', after)}` : sql``}
        order by ${columns(table.key)} limit ${sql.lit(ROWS)}`.execute(kysely),
    CALLER,
  );
  let total = 0;
  let last: Row | undefined;
  for (const row of rows) {
    total += row.row_size;
    if (last && total > SIZE) break;
    last = row;
  }
  return last;
}

function beyond({ key }: CopiedTable, operator: '>' | '<=', row: Row): RawBuilder<unknown> {
  return sql`(${columns(key)}) ${sql.raw(operator)} (${sql.join(key.map((column) => row[column]))})`;
}

function columns(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
}
