import { execFile, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@molecule/adapters';
import { makeServerDirectory, postgresPrograms, serverUser } from './postgres-programs.js';

const run = promisify(execFile);

/** The password of the only role, long enough to be found if something prints it. */
const PASSWORD = 'never-print-this-password';

const LOOPBACK = '127.0.0.1';

/** A PostgreSQL server of the tests. It stays if the process that started it ends. */
export interface PostgresServer {
  /** The directory of PostgreSQL's programs. */
  readonly programs: string;
  readonly port: number;
  /** Ends it as a loss of power does: nothing more is written. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** False: faster, for tests in which the machine stays on. */
  readonly fsync: boolean;
  /** Where it listens, for clients on other hosts, too. Default: the loopback address, for clients on this one. */
  readonly address?: string;
  /** Lines of `postgresql.conf`. */
  readonly conf?: readonly string[];
}

/** Makes a server in a new directory, and starts it. */
export async function createPostgres(directory: string, options: ServerOptions): Promise<PostgresServer> {
  const { fsync, address, conf = [] } = options;
  makeServerDirectory(directory);
  const programs = postgresPrograms(directory);
  const secret = join(directory, 'password');
  writeFileSync(secret, PASSWORD, { mode: 0o644 });
  const data = join(directory, 'data');
  const auth = ['--username=molecule', `--pwfile=${secret}`, '--auth=scram-sha-256'];
  const kind = ['--locale=C', '--encoding=UTF8', '--no-sync'];
  await runAsServer(join(programs, 'initdb'), [`--pgdata=${data}`, ...auth, ...kind]);
  const port = await freePort();
  const settings = [
    `listen_addresses = '${address ?? LOOPBACK}'`,
    `port = ${port}`,
    "unix_socket_directories = ''",
    'max_connections = 300',
    'shared_buffers = 32MB',
    `fsync = ${fsync ? 'on' : 'off'}`,
    ...conf,
  ];
  writeFileSync(join(data, 'postgresql.conf'), `${settings.join('\n')}\n`);
  if (address !== undefined) appendFileSync(join(data, 'pg_hba.conf'), 'host all all 0.0.0.0/0 scram-sha-256\n');
  const server = controlOf(programs, directory, port);
  await server.start();
  return server;
}

/** A server that {@link createPostgres} has made, perhaps in another process. */
export function controlOf(programs: string, directory: string, port: number): PostgresServer {
  const data = join(directory, 'data');
  const control = (...args: readonly string[]) => runAsServer(join(programs, 'pg_ctl'), ['-D', data, '-w', ...args]);
  return {
    programs,
    port,
    async start() {
      const log = join(directory, 'log');
      await detached(join(programs, 'pg_ctl'), ['-D', data, '-w', '-l', log, 'start'], () => readFileSync(log, 'utf8'));
    },
    async kill() {
      await control('stop', '-m', 'immediate');
    },
    async stop() {
      await control('stop', '-m', 'fast');
    },
  };
}

async function runAsServer(program: string, args: readonly string[]): Promise<void> {
  await run(program, [...args], { ...serverUser(), cwd: '/' });
}

/** The server inherits the descriptors of `pg_ctl`, so a pipe to them would stay open. */
async function detached(program: string, args: readonly string[], reason: () => string): Promise<void> {
  const nowhere = openSync('/dev/null', 'w');
  try {
    const child = spawn(program, [...args], {
      ...serverUser(),
      cwd: '/',
      detached: true,
      stdio: ['ignore', nowhere, nowhere],
    });
    const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    if (code !== 0) throw new Error(`${program} has ended with ${code}: ${reason()}`);
  } finally {
    closeSync(nowhere);
  }
}

/** The URL of a database on a server of the tests. */
export function urlOf(port: number, database: string, address: string = LOOPBACK): string {
  return `postgres://molecule:${PASSWORD}@${address}:${port}/${database}`;
}
