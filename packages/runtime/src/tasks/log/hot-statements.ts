import { type Compilable, CompiledQuery, type Kysely, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { Send } from '../storage/database.js';
import type { GivenRow, RowSource } from '../storage/row-source.js';
import type { RowsStatement } from './given-rows.js';
import type { TaskLogSchema } from './schema.js';

/** A statement for one row, with the columns whose values are its parameters. */
interface RowStatement {
  readonly sql: string;
  readonly used: readonly string[];
}

/**
 * Statements of one store that run very often. Kysely compiles a query each time it is built; these are compiled once for each
 * shape. Stores do not share them, because the SQL of another kind of database differs.
 */
export class HotStatements {
  readonly #sql = new Map<string, string>();
  readonly #ofOneRow = new Map<string, RowStatement>();

  /**
   * @param shape distinguishes statements with different SQL
   * @param parameters in the order in which `build` uses them
   */
  run(
    database: Kysely<TaskLogSchema>,
    shape: string,
    parameters: readonly unknown[],
    build: () => Compilable,
  ): Promise<QueryResult<unknown>> {
    return database.executeQuery(CompiledQuery.raw(this.sqlOf(shape, parameters, build), [...parameters]));
  }

  /** The SQL of a shape; the parameters are as for {@link run}. */
  sqlOf(shape: string, parameters: readonly unknown[], build: () => Compilable): string {
    let text = this.#sql.get(shape);
    if (text === undefined) {
      const compiled = build().compile();
      if (compiled.parameters.some((value, index) => value !== parameters[index])) {
        throw otherOrder(compiled.sql);
      }
      text = compiled.sql;
      this.#sql.set(shape, text);
    }
    return text;
  }

  /** What is sent to run a statement for rows: one statement, or several if the kind of database takes fewer rows at once. */
  ofRows(
    kysely: Kysely<TaskLogSchema>,
    source: RowSource,
    { shape, columns, insert, sql: text }: RowsStatement,
    rows: readonly GivenRow[],
  ): readonly Parameters<Send>[] {
    const compiled = (
      name: string,
      some: readonly GivenRow[],
      raw: (parameters: readonly unknown[]) => RawBuilder<unknown>,
    ): Parameters<Send> => {
      const parameters = source.parameters(columns, some);
      return [this.sqlOf(name, parameters, () => ({ compile: () => raw(parameters).compile(kysely) })), parameters];
    };
    if (insert) {
      return inCounts(source.counts, rows).map((some) =>
        compiled(source.counts ? `${shape} ${some.length}` : shape, some, (parameters) =>
          insert(source.inserted(columns, parameters)),
        ),
      );
    }
    if (!text) return [];
    if (!source.table) return rows.map((row) => this.#ofRow(kysely, shape, text, row));
    const column = (name: string) => sql.ref(`given.${name}`);
    return [compiled(shape, rows, (parameters) => text({ table: source.table?.(columns, parameters), column }))];
  }

  #ofRow(
    kysely: Kysely<TaskLogSchema>,
    shape: string,
    text: NonNullable<RowsStatement['sql']>,
    row: GivenRow,
  ): Parameters<Send> {
    let known = this.#ofOneRow.get(shape);
    if (!known) {
      const used: string[] = [];
      const column = (name: string) => {
        used.push(name);
        return sql`${row[name]}`;
      };
      const compiled = text({ table: undefined, column }).compile(kysely);
      if (compiled.parameters.some((value, index) => value !== row[used[index] ?? ''])) throw otherOrder(compiled.sql);
      known = { sql: compiled.sql, used };
      this.#ofOneRow.set(shape, known);
    }
    return [known.sql, known.used.map((name) => row[name])];
  }
}

function otherOrder(sql: string): TypeError {
  return new TypeError(`The parameters of "${sql}" are in another order.`);
}

/** The rows in groups of these numbers. */
function inCounts(counts: readonly number[] | undefined, rows: readonly GivenRow[]): readonly (readonly GivenRow[])[] {
  if (!counts) return [rows];
  const found: (readonly GivenRow[])[] = [];
  for (let done = 0; done < rows.length; done += found.at(-1)?.length ?? 1) {
    const count = counts.find((most) => most <= rows.length - done) ?? 1;
    found.push(rows.slice(done, done + count));
  }
  return found;
}

/** The last id is repeated, so that a statement is the same for every number of ids. */
export function padded(ids: readonly string[], count: number): readonly string[] {
  return [...ids, ...Array<string>(count - ids.length).fill(ids.at(-1) ?? '')];
}
