import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { requirePrograms } from '../require-programs.ts';

const run = promisify(execFile);

/** The addresses of one network. The database and Temporal are one host with two addresses, so that each can be cut off alone. */
export const ADDRESSES = {
  here: '10.213.77.1',
  database: '10.213.77.2',
  temporal: '10.213.77.3',
  first: '10.213.77.11',
  second: '10.213.77.12',
} as const;

const HOSTS = {
  servers: [ADDRESSES.database, ADDRESSES.temporal],
  first: [ADDRESSES.first],
  second: [ADDRESSES.second],
} as const;
export type Host = keyof typeof HOSTS;

const BRIDGE = 'mol-chaos';

/**
 * Makes hosts of this machine: network namespaces, each with a cable to a bridge. The clients stay on the machine itself, at the bridge.
 *
 * @throws {Error} without the right to do that, or without the programs
 */
export async function openNamespaces(): Promise<AsyncDisposable> {
  requirePrograms({ ip: 'iproute2', nft: 'nftables' });
  if (process.getuid?.() !== 0)
    throw new Error('This form makes network namespaces, which only root may do: run it as root.');
  await refuseUsed();
  await remove();
  await ip('link', 'add', BRIDGE, 'type', 'bridge');
  await ip('address', 'add', `${ADDRESSES.here}/24`, 'dev', BRIDGE);
  await ip('link', 'set', BRIDGE, 'up');
  for (const [host, addresses] of Object.entries(HOSTS) as [Host, readonly string[]][]) {
    const name = namespaceOf(host);
    const [outer, inner] = [`${name}-o`, `${name}-i`];
    await ip('netns', 'add', name);
    await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name);
    await ip('link', 'set', outer, 'master', BRIDGE, 'up');
    for (const address of addresses) await ip('-n', name, 'address', 'add', `${address}/24`, 'dev', inner);
    await ip('-n', name, 'link', 'set', inner, 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  return { [Symbol.asyncDispose]: remove };
}

/** The words before a command that runs on the host. */
export function onHost(host: Host): readonly string[] {
  return ['ip', 'netns', 'exec', namespaceOf(host)];
}

/** Runs a command of nft on a host. */
export async function nft(host: Host, ...statements: readonly string[]): Promise<void> {
  const [command = '', ...words] = onHost(host);
  await run(command, [...words, 'nft', statements.join('; ')]);
}

function namespaceOf(host: Host): string {
  return `mol-${host}`;
}

/** @throws {Error} if programs run on the hosts: those of another run, or what one has left that was killed */
async function refuseUsed(): Promise<void> {
  for (const name of (Object.keys(HOSTS) as Host[]).map(namespaceOf)) {
    const { stdout } = await run('ip', ['netns', 'pids', name]).catch(() => ({ stdout: '' }));
    if (stdout.trim() === '') continue;
    throw new Error(
      `In the network namespace ${name} run these processes; end them first: ${stdout.trim().split('\n').join(' ')}`,
    );
  }
}

/** Also what a form that was killed has left. */
async function remove(): Promise<void> {
  for (const name of (Object.keys(HOSTS) as Host[]).map(namespaceOf)) {
    await ip('link', 'delete', `${name}-o`).catch(() => {});
    await ip('netns', 'delete', name).catch(() => {});
  }
  await ip('link', 'delete', BRIDGE).catch(() => {});
}

async function ip(...words: readonly string[]): Promise<void> {
  await run('ip', [...words]);
}
