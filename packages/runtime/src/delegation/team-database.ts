import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { MoleculeError } from '@molecule/adapters';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

/** What the workspace remembers besides its tasks could not be opened. */
class TeamDatabaseError extends MoleculeError {
  override readonly name = 'TeamDatabaseError';
  readonly code = 'TEAM_DATABASE_OPEN_FAILED';
}

/** Tasks that were handed to peers. */
export interface DelegationsTable {
  /** Also the id of the A2A message, on every attempt. */
  id: string;
  /** The task whose turn delegates. */
  parent_task: string;
  peer_id: string;
  peer_name: string;
  url: string;
  text: string;
  /** SHA-256 of `text`: with parent, peer and ordinal it tells one delegation from another. */
  digest: string;
  ordinal: number;
  /** `wait`: the delegating turn waits for the answer. `later`: it does not. */
  mode: string;
  /** `pending`, `sent`, `completed`, `input-required`, `failed`, `canceled`. */
  state: string;
  remote_task: string | null;
  /** The peer's answer, or why there is none. */
  answer: string | null;
  attempts: number;
  /** 1 once the delegating agent was told the answer. */
  reported: number;
  created_at: number;
}

/** The files of a delegation that has not ended: each attempt sends what the first one sent, whatever became of them since. */
interface DelegationFilesTable {
  delegation_id: string;
  ordinal: number;
  name: string;
  media_type: string;
  content: Buffer;
}

interface MemoriesTable {
  id: string;
  scope: string;
  namespace: string;
  content: string;
  created_at: number;
}

/** What is done once in the life of a state directory, and when it was done. */
interface MarksTable {
  name: string;
  at: number;
}

interface TeamSchema {
  delegations: DelegationsTable;
  delegation_files: DelegationFilesTable;
  memories: MemoriesTable;
  marks: MarksTable;
}

export type TeamDatabase = Kysely<TeamSchema>;

/**
 * Opens the database of what the workspace remembers besides its tasks.
 *
 * @param file an absolute path, or `:memory:`
 * @throws {TeamDatabaseError} `TEAM_DATABASE_OPEN_FAILED`
 */
export async function openTeamDatabase(file: string): Promise<TeamDatabase> {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('busy_timeout = 5000');
    const database = new Kysely<TeamSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
    await createTables(database);
    return database;
  } catch (error) {
    throw new TeamDatabaseError(
      `The database ${file} could not be opened: ${(error as Error).message}. The directory must be writable; set MOLECULE_STATE_DIR to another one.`,
      { cause: error },
    );
  }
}

async function createTables({ schema }: TeamDatabase): Promise<void> {
  await schema
    .createTable('delegations')
    .ifNotExists()
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('parent_task', 'varchar(255)', (column) => column.notNull())
    .addColumn('peer_id', 'varchar(255)', (column) => column.notNull())
    .addColumn('peer_name', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('digest', 'varchar(64)', (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('mode', 'varchar(10)', (column) => column.notNull())
    .addColumn('state', 'varchar(20)', (column) => column.notNull())
    .addColumn('remote_task', 'varchar(255)')
    .addColumn('answer', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('reported', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('delegations_once', ['parent_task', 'peer_id', 'digest', 'ordinal'])
    .execute();
  await schema
    .createTable('delegation_files')
    .ifNotExists()
    .addColumn('delegation_id', 'varchar(64)', (column) => column.notNull())
    .addColumn('ordinal', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('media_type', 'varchar(255)', (column) => column.notNull())
    .addColumn('content', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('delegation_files_key', ['delegation_id', 'ordinal'])
    .execute();
  await schema
    .createTable('memories')
    .ifNotExists()
    .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
    .addColumn('scope', 'varchar(10)', (column) => column.notNull())
    .addColumn('namespace', 'varchar(255)', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('marks')
    .ifNotExists()
    .addColumn('name', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}
