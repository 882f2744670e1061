import type { RawBuilder } from 'kysely';

type ColumnType = 'text' | 'integer' | 'bigint' | 'double precision';

/** The columns of rows that are handed to a statement. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** A row with a value for each column. */
export type GivenRow = Readonly<Record<string, string | number | null>>;

/** Rows within a statement. */
export interface GivenTable {
  /** For the `from` of the statement. Undefined: there is one row, of which {@link column} is a value. */
  readonly table: RawBuilder<unknown> | undefined;
  column(name: string): RawBuilder<unknown>;
}

/** How a kind of database takes several rows in one statement. Parameters come in the order of {@link RowSource.parameters}. */
export interface RowSource {
  /** How many rows an `insert` can take, largest first; a statement is compiled for each of them. Undefined: any number with the same SQL. */
  readonly counts: readonly number[] | undefined;
  parameters(columns: Columns, rows: readonly GivenRow[]): readonly unknown[];
  /** What an `insert` inserts. */
  inserted(columns: Columns, parameters: readonly unknown[]): RawBuilder<unknown>;
  /** For all other statements. Absent: they take one row each, because that is faster. */
  table?(columns: Columns, parameters: readonly unknown[]): RawBuilder<unknown>;
}
