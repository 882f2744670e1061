import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type { Sqlite } from './sqlite.js';

/** The task log has some twenty statements; inserts of several rows add a few more. */
const MOST_STATEMENTS = 200;

/**
 * A SQLite connection for kysely. A statement is prepared once, since preparing takes longer than most of ours run; a
 * rollback that SQLite has done by itself, as it does when the disk is full, is no error that hides the first one; and the
 * connection can be replaced by another one while nothing runs.
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

  /** Uses another connection from now on, and closes the one before. */
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
