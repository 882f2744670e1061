import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { loadSqlite } from './load-sqlite.js';
import { namingErrors } from './sqlite-error.js';

/** Named parameters, of which we have none: without them an object in the first place would be taken for some. */
const NAMED = Object.freeze({});

export interface SqliteOptions {
  /** Milliseconds that a statement blocks the process while another connection holds the lock. Default 0. */
  readonly timeoutMs?: number;
  /** Makes the file when it is not there. Default true. */
  readonly create?: boolean;
}

/**
 * A connection to a SQLite file, by Node's own SQLite: nothing has to be built, fetched or matched to a platform when the
 * package is installed. It is what kysely's `SqliteDialect` asks for. Its errors name SQLite's result code.
 */
export class Sqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;

  /**
   * @param file a path, or `:memory:`
   * @throws {SqliteError} `SQLITE_CANTOPEN`
   */
  constructor(file: string, { timeoutMs = 0, create = true }: SqliteOptions = {}) {
    // SQLite opens without creating only when the file is given as a URL.
    const location = create ? file : existingFile(file);
    const { DatabaseSync } = loadSqlite();
    this.#database = namingErrors(() => new DatabaseSync(location, { timeout: timeoutMs }));
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  exec(sql: string): void {
    namingErrors(() => this.#database.exec(sql));
  }

  prepare(sql: string): SqliteStatement {
    return namingErrors(() => new Statement(this.#database.prepare(sql)));
  }

  close(): void {
    namingErrors(() => this.#database.close());
  }
}

class Statement implements SqliteStatement {
  /** True when it gives rows back. */
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return namingErrors(() => this.#statement.all(NAMED, ...(parameters as SQLInputValue[])));
  }

  run(parameters: readonly unknown[]): ReturnType<SqliteStatement['run']> {
    return namingErrors(() => this.#statement.run(NAMED, ...(parameters as SQLInputValue[])));
  }

  *iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    const rows = namingErrors(() => this.#statement.iterate(NAMED, ...(parameters as SQLInputValue[])));
    for (;;) {
      const { done, value } = namingErrors(() => rows.next());
      if (done) return;
      yield value;
    }
  }
}

function existingFile(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set('mode', 'rw');
  return url;
}
