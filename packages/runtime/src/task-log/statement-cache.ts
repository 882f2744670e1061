import type Database from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

/** The task log has some twenty statements; inserts of several rows add a few more. */
const MOST = 200;

/** The same database to kysely, but a statement is prepared once: preparing takes longer than most of ours run. */
export function withStatementCache(sqlite: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => sqlite.close(),
    prepare(sql) {
      let statement = statements.get(sql);
      if (!statement) {
        if (statements.size >= MOST) statements.clear();
        statement = sqlite.prepare(sql);
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}
