import { type Compilable, CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { TaskLogSchema } from './schema.js';

/**
 * Statements of one store that run very often. Kysely compiles a query each time it is built; these are compiled once for each
 * shape. Stores do not share them, because the SQL of another kind of database differs.
 */
export class HotStatements {
  readonly #sql = new Map<string, string>();

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
    let sql = this.#sql.get(shape);
    if (sql === undefined) {
      const compiled = build().compile();
      if (compiled.parameters.some((value, index) => value !== parameters[index])) {
        throw new TypeError(`The parameters of "${compiled.sql}" are in another order.`);
      }
      sql = compiled.sql;
      this.#sql.set(shape, sql);
    }
    return database.executeQuery(CompiledQuery.raw(sql, [...parameters]));
  }
}

/** The last id is repeated, so that a statement is the same for every number of ids. */
export function padded(ids: readonly string[], count: number): readonly string[] {
  return [...ids, ...Array<string>(count - ids.length).fill(ids.at(-1) ?? '')];
}
