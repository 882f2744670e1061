import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type { Sqlite } from '../../support/sqlite/sqlite.js';

/** The store has some fifty statements; inserts of several rows add a few more. */
const MOST_STATEMENTS = 200;

/**
 * A SQLite connection for kysely, which differs from a plain one in three ways. Each statement is prepared once, because
 * preparing takes longer than running most of them. A rollback after SQLite has rolled back by itself (for example, on a full
 * disk) is not an error, because it would hide the first one. While nothing runs, another connection can be put in its place.
 */
export class SqliteConnection implements SqliteDatabase {
  #sqlite: Sqlite;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  get sqlite(): Sqlite {
    return this.#sqlite;
  }

  prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
      statement = sql === 'rollback' ? this.#rollback() : this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Uses another connection from now on, and closes the previous one. */
  replace(sqlite: Sqlite): void {
    const before = this.#sqlite;
    this.#sqlite = sqlite;
    this.#statements.clear();
    before.close();
  }

  close(): void {
    this.#sqlite.close();
  }

  #rollback(): SqliteStatement {
    const nothing = { changes: 0, lastInsertRowid: 0 };
    const run = () => (this.#sqlite.inTransaction ? this.#sqlite.prepare('rollback').run([]) : nothing);
    return { reader: false, run, all: () => [], iterate: () => [][Symbol.iterator]() };
  }
}
