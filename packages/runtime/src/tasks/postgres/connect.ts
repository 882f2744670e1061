import pg, { type ClientConfig } from 'pg';
import { TaskLogError } from '../task-log-error.js';
import { choosesTls, clientConfig, type PostgresSettings, placeOf } from './postgres-settings.js';
import { withTrouble } from './trouble-of.js';

/** The oldest version in which all that the store uses exists, and that its makers still mended when this was written. */
const OLDEST_VERSION = 140_000;

/** How node-postgres says that a server has no TLS. */
const NO_TLS = 'The server does not support SSL connections';

/**
 * Connects once, and returns what connects further ones: with `sslmode=prefer`, whether the server can encrypt shows only then.
 *
 * @throws {TaskLogError} `TASK_LOG_OPEN_FAILED` if the server is too old
 */
export async function connect(settings: PostgresSettings): Promise<ClientConfig> {
  const tls = choosesTls(settings);
  const first = clientConfig(settings, tls !== false);
  try {
    await check(first, settings);
    return first;
  } catch (error) {
    if (tls !== 'try' || !(error instanceof Error) || error.message !== NO_TLS) throw withTrouble(error);
  }
  const second = clientConfig(settings, false);
  await check(second, settings).catch((error: unknown) => {
    throw withTrouble(error);
  });
  return second;
}

async function check(config: ClientConfig, settings: PostgresSettings): Promise<void> {
  const client = new pg.Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly version: string; readonly name: string }>(
      "select current_setting('server_version_num') as version, current_setting('server_version') as name",
    );
    const [{ version, name } = { version: '0', name: '' }] = rows;
    if (Number(version) < OLDEST_VERSION) throw tooOld(name, settings);
  } finally {
    await client.end().catch(() => {});
  }
}

function tooOld(version: string, settings: PostgresSettings): TaskLogError {
  return new TaskLogError(
    'TASK_LOG_OPEN_FAILED',
    `The task log cannot be kept in ${placeOf(settings)}: it is PostgreSQL ${version}, and 14 is the oldest version that works. Set DATABASE_URL to a newer server.`,
  );
}
