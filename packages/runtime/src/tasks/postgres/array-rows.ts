import { sql } from 'kysely';
import type { Columns, RowSource } from '../storage/row-source.js';

/** PostgreSQL takes rows as one array for each column. */
export const ARRAY_ROWS: RowSource = {
  counts: undefined,
  parameters: (columns, rows) => Object.keys(columns).map((name) => rows.map((row) => row[name])),
  inserted: (columns, parameters) => sql`select ${names(columns)} from ${table(columns, parameters)}`,
  table,
};

function table(columns: Columns, parameters: readonly unknown[]) {
  const arrays = Object.values(columns).map((type, index) => sql`${parameters[index]}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)}) as given(${names(columns)})`;
}

function names(columns: Columns) {
  return sql.join(Object.keys(columns).map((name) => sql.ref(name)));
}
