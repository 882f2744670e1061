import { once } from 'node:events';
import { type Kysely, sql } from 'kysely';
import pg, { type ClientConfig } from 'pg';
import { connect } from './connect.js';
import { pendingMigrations } from './migrate.js';
import { type PostgresSettings, placeOf } from './postgres-settings.js';
import { openPool } from './store-pool.js';
import { readStoreRow, refuseUnusable, STORE_ROW_MIGRATION, type StoreRowSchema } from './store-row.js';

/** How long a notification may take to arrive. */
const NOTIFIED_MS = 1_000;

/** What an operator should know of a database. */
export interface DatabaseState {
  readonly version: string;
  readonly isEncrypted: boolean;
  /** The migrations that the next start makes. */
  readonly pending: readonly string[];
  /** How far its clock is ahead of this machine's, in milliseconds. */
  readonly aheadMs: number;
  /** True if commits survive a crash of the server. */
  readonly isDurable: boolean;
  /** True if a pooler such as PgBouncer is between this process and the server. */
  readonly isPooled: boolean;
  /** True if processes can notify each other through it. */
  readonly notifies: boolean;
}

/**
 * Looks at a database and changes nothing.
 *
 * @throws {TaskLogError} `TASK_LOG_TOO_NEW`, `TASK_LOG_OPEN_FAILED`
 * @throws {TaskStoreError} if it belongs to another workspace, was moved, or is being moved
 * @throws {DatabaseTroubleError} if it cannot be reached
 */
export async function inspectDatabase(settings: PostgresSettings, workspaceId: string): Promise<DatabaseState> {
  const config = await connect(settings);
  const { kysely, close } = openPool<StoreRowSchema>(config, 2);
  try {
    const pending = await pendingMigrations(kysely as unknown as Kysely<unknown>, placeOf(settings));
    if (!pending.includes(STORE_ROW_MIGRATION))
      refuseUnusable(await readStoreRow(kysely), placeOf(settings), workspaceId);
    const begun = Date.now();
    const { rows } = await sql<{
      readonly version: string;
      readonly now: number;
      readonly commit: string;
      readonly fsync: string;
    }>`select current_setting('server_version') as version, current_setting('synchronous_commit') as commit,
      current_setting('fsync') as fsync, (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(kysely);
    const [row = { version: '', now: begun, commit: 'on', fsync: 'on' }] = rows;
    return {
      version: row.version,
      isEncrypted: config.ssl !== false,
      pending,
      // The server has read its clock somewhere between.
      aheadMs: Math.round(row.now - (begun + Date.now()) / 2),
      isDurable: row.commit !== 'off' && row.fsync !== 'off',
      isPooled: await isPooled(config),
      notifies: await notifies(config),
    };
  } finally {
    await close();
  }
}

/** A pooler gives each client a process number of its own. */
async function isPooled(config: ClientConfig): Promise<boolean> {
  return withClient(config, async (client) => {
    const { rows } = await client.query<{ readonly pid: number }>('select pg_backend_pid() as pid');
    const { processID } = client as unknown as { readonly processID: number | null };
    return rows[0]?.pid !== processID;
  });
}

/** True if a notification arrives, which a pooler in transaction mode loses. */
async function notifies(config: ClientConfig): Promise<boolean> {
  const channel = `molecule_check_${crypto.randomUUID().replaceAll('-', '')}`;
  return withClient(config, async (client) => {
    await client.query(`listen ${channel}`);
    const arrived = once(client, 'notification', { signal: AbortSignal.timeout(NOTIFIED_MS) });
    await withClient(config, (other) => other.query(`notify ${channel}`));
    return arrived.then(
      () => true,
      () => false,
    );
  });
}

async function withClient<Value>(config: ClientConfig, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
