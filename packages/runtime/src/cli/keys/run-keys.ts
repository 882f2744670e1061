import { KEPT_MS, SigningKeys } from '../../keys/signing-keys.js';
import type { StoredKey } from '../../tasks/keys/key-store.js';
import { type CliHost, EXIT_CODES } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import { openStoredTasks } from '../tasks/stored-tasks.js';
import type { KeysOptions } from './options.js';

const DAY_MS = 24 * 3_600_000;
const NO_KEYS =
  'no keys: the first one is made when the agent card or the key set is read, or a notification is sent\n';

/** Lists the keys of a workspace, or makes a new one. Returns the exit code. */
export async function runKeys(action: string, options: KeysOptions, host: CliHost): Promise<number> {
  if (action !== 'list' && action !== 'rotate') {
    throw new UsageError(`Unknown action "${action}". The actions are list, rotate.`);
  }
  await using opened = await openStoredTasks(options.workspace, host);
  const keys = new SigningKeys(opened.store.keys);
  if (action === 'rotate') {
    const id = await keys.rotate();
    host.stdout.write(
      `${id} signs from now on; running agents use it within 10 seconds. The key before it is verified for another ${KEPT_MS / DAY_MS} days.\n`,
    );
    return EXIT_CODES.ok;
  }
  const list = await keys.list();
  if (list.length === 0) host.stderr.write(NO_KEYS);
  for (const key of list) host.stdout.write(`${options.json ? JSON.stringify(jsonOf(key)) : lineOf(key)}\n`);
  return EXIT_CODES.ok;
}

function jsonOf({ id, createdAt, retiredAt, publicKey }: StoredKey): object {
  return {
    id,
    state: retiredAt === undefined ? 'signs' : 'retired',
    createdAt: new Date(createdAt).toISOString(),
    ...(retiredAt !== undefined && {
      retiredAt: new Date(retiredAt).toISOString(),
      verifiedUntil: new Date(retiredAt + KEPT_MS).toISOString(),
    }),
    publicKey: JSON.parse(publicKey) as unknown,
  };
}

function lineOf({ id, createdAt, retiredAt }: StoredKey): string {
  const state =
    retiredAt === undefined ? 'signs' : `retired; verified until ${new Date(retiredAt + KEPT_MS).toISOString()}`;
  return `${id}  since ${new Date(createdAt).toISOString()}  ${state}`;
}
