import process from 'node:process';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { namingErrors } from './sqlite-error.js';

/** There are no named parameters. Without this, `node:sqlite` would read an object as the first argument as named parameters. */
const NAMED = Object.freeze({});

export interface SqliteOptions {
  /** Milliseconds that a statement may block the process while another connection holds the lock. Default 0. */
  readonly timeoutMs?: number;
  /** If true, the file is created if it does not exist. Default true. */
  readonly create?: boolean;
}

/**
 * A connection to a SQLite file, through Node's built-in SQLite: installing the package compiles and downloads nothing.
 * It has the interface that kysely's `SqliteDialect` needs. Its errors name SQLite's result code.
 */
export class Sqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;

  /**
   * @param file a path, or `:memory:`
   * @throws {SqliteError} `SQLITE_CANTOPEN`
   */
  constructor(file: string, { timeoutMs = 0, create = true }: SqliteOptions = {}) {
    // SQLite opens a file without creating it only if the file is given as a URL.
    const location = create ? file : existingFile(file);
    const { DatabaseSync } = nodeSqlite();
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
  /** True if it returns rows. */
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

let loaded: typeof import('node:sqlite') | undefined;

/** Node's SQLite, loaded without the warning of Node 22 that its interface may change: an operator can do nothing about it. */
function nodeSqlite(): typeof import('node:sqlite') {
  if (loaded) return loaded;
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    loaded = process.getBuiltinModule('node:sqlite');
    return loaded;
  } finally {
    process.emitWarning = emitWarning;
  }
}
