import { sql } from 'kysely';
import type { RowSource } from '../storage/row-source.js';

/** Each number is one statement more for each kind of `insert` that SQLite keeps prepared. */
const COUNTS = [16, 8, 4, 3, 2, 1];

/** The rows of the largest statement. */
export const MOST_ROWS = 16;

/** SQLite takes rows as values, whose number is a part of the statement. */
export const VALUE_ROWS: RowSource = {
  counts: COUNTS,
  parameters: (columns, rows) => rows.flatMap((row) => Object.keys(columns).map((name) => row[name])),
  inserted(columns, parameters) {
    const width = Object.keys(columns).length;
    const rows = Array.from(
      { length: parameters.length / width },
      (_, row) => sql`(${sql.join(parameters.slice(row * width, (row + 1) * width))})`,
    );
    return sql`values ${sql.join(rows)}`;
  },
};
