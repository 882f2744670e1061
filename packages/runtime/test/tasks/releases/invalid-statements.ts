import type { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

/** Statements that PostgreSQL refuses to prepare, each with the reason. */
export async function invalidOnPostgres(url: string, statements: readonly string[]): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const invalid: string[] = [];
  for (const [index, text] of statements.entries()) {
    await client.query(`prepare statement_${index} as ${text}`).catch(({ message }: Error) => {
      invalid.push(`${message}: ${text}`);
    });
  }
  await client.end();
  return invalid;
}

/** Statements that none of the databases can prepare. */
export function invalidOnSqlite(databases: readonly DatabaseSync[], statements: readonly string[]): readonly string[] {
  return statements.filter((text) => !databases.some((database) => canPrepare(database, text)));
}

function canPrepare(database: DatabaseSync, text: string): boolean {
  try {
    database.prepare(text);
    return true;
  } catch {
    return false;
  }
}
