import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { until } from '@molecule/runtime/testing';
import { freePort } from '../free-port.ts';
import { requirePrograms } from '../require-programs.ts';

const START_MS = 10_000;

export interface PgBouncer extends AsyncDisposable {
  readonly url: string;
}

/** Starts PgBouncer in transaction mode before a database. */
export async function startPgBouncer(database: string, directory: string): Promise<PgBouncer> {
  requirePrograms({ pgbouncer: 'pgbouncer' });
  const { hostname, port, username, password, pathname } = new URL(database);
  const place = join(directory, 'pgbouncer');
  await mkdir(place);
  await writeFile(join(place, 'users'), `"${username}" "${password}"\n`);
  const [own, log] = [await freePort(), join(place, 'log')];
  await writeFile(log, '');
  await chmod(log, 0o666);
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${join(place, 'users')}`,
    `logfile = ${log}`,
    'pool_mode = transaction',
    'default_pool_size = 20',
    'max_client_conn = 200',
  ];
  await writeFile(join(place, 'pgbouncer.ini'), `${lines.join('\n')}\n`);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  await chmod(directory, 0o755);
  const child = spawn('pgbouncer', [join(place, 'pgbouncer.ini')], { ...user, stdio: 'ignore' });
  await until('PgBouncer to listen', () => child.exitCode !== null || isOpen(own), START_MS);
  if (child.exitCode !== null) {
    throw new Error(`PgBouncer ended with code ${child.exitCode}: ${await readFile(log, 'utf8')}`);
  }
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
