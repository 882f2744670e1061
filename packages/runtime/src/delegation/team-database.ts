import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, MoleculeError, silentLogger } from '@molecule/adapters';
import { Kysely, sql } from 'kysely';
import { keepDatabase } from '../storage/keep-database.js';
import { openFile } from '../storage/open-file.js';
import { PatientDialect } from '../storage/patient-dialect.js';
import { SqliteConnection } from '../storage/sqlite-connection.js';
import { CALLER, StorageGate } from '../storage/storage-gate.js';

/** What the workspace remembers besides its tasks could not be opened. */
class TeamDatabaseError extends MoleculeError {
  override readonly name = 'TeamDatabaseError';
  readonly code: 'TEAM_DATABASE_OPEN_FAILED' | 'TEAM_DATABASE_TOO_NEW';

  constructor(code: TeamDatabaseError['code'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
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
  content: Uint8Array;
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

/** Counts the changes of the tables; a file of a higher number was written by a newer version. */
const VERSION = 1;

/**
 * Opens the database of what the workspace remembers besides its tasks. A lock of another process is waited for, 20 s at
 * most, at every statement; then, and in any other storage trouble, it throws a `StorageError`.
 *
 * @param file an absolute path, or `:memory:`
 * @throws {TeamDatabaseError} `TEAM_DATABASE_OPEN_FAILED`, `TEAM_DATABASE_TOO_NEW`
 */
export async function openTeamDatabase(file: string, logger: Logger = silentLogger): Promise<TeamDatabase> {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    // Setting the version that it has is a write, too.
    const probe = async () => void connection.sqlite.exec(`PRAGMA user_version = ${VERSION}`);
    const gate = new StorageGate({ logger, place: `the database ${file}`, verb: 'written', probe });
    const connection = new SqliteConnection(await gate.run(async () => openFile(file), CALLER));
    const database = new Kysely<TeamSchema>({ dialect: new PatientDialect(connection, gate) });
    await prepare(database, file);
    if (file !== ':memory:') keepDatabase(connection, file, logger);
    return database;
  } catch (error) {
    if (error instanceof TeamDatabaseError) throw error;
    throw new TeamDatabaseError(
      'TEAM_DATABASE_OPEN_FAILED',
      `The database ${file} could not be opened: ${(error as Error).message} The directory must be writable; set MOLECULE_STATE_DIR to another one.`,
      { cause: error },
    );
  }
}

async function prepare(database: TeamDatabase, file: string): Promise<void> {
  try {
    const { rows } = await sql<{ readonly user_version: number }>`pragma user_version`.execute(database);
    const version = rows[0]?.user_version ?? 0;
    if (version > VERSION) {
      throw new TeamDatabaseError(
        'TEAM_DATABASE_TOO_NEW',
        `The database ${file} was written by a newer version of @molecule/runtime: its tables are of version ${version}, and this version knows ${VERSION}. Start the newer version again, or set MOLECULE_STATE_DIR to another directory. Nothing was changed.`,
      );
    }
    await createTables(database);
    if (version < VERSION) await sql`pragma user_version = ${sql.lit(VERSION)}`.execute(database);
  } catch (error) {
    await database.destroy();
    throw error;
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
