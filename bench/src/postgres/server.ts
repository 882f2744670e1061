import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** Where Debian and Ubuntu install the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A PostgreSQL server with the settings of its makers, so that each commit waits for the disk. It counts statements. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Creates a database, and resolves to its URL. */
  createDatabase(name: string): Promise<string>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const programs = newestPrograms();
  const directory = mkdtempSync(join(tmpdir(), 'postgres-'));
  const { uid, gid } = UNPRIVILEGED;
  // The server's user must reach its directory.
  if (uid !== undefined && gid !== undefined) for (const each of [tmpdir(), directory]) chownSync(each, uid, gid);
  const data = join(directory, 'data');
  const options = { ...UNPRIVILEGED, cwd: directory };
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '--locale=C', '-E', 'UTF8'], options);
  const port = await freePort();
  const settings = [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    "unix_socket_directories = ''",
    'max_connections = 200',
    "shared_preload_libraries = 'pg_stat_statements'",
  ];
  writeFileSync(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  const server = spawn(join(programs, 'postgres'), ['-D', data], { ...options, stdio: 'ignore' });
  const url = (database: string) => `postgres://bench@127.0.0.1:${port}/${database}`;
  await answers(url('postgres'));
  return {
    port,
    async createDatabase(name) {
      await query(url('postgres'), `create database ${name}`);
      await query(url(name), 'create extension pg_stat_statements');
      return url(name);
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
    },
  };
}

/** Runs one statement on a connection of its own. */
export async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

function newestPrograms(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((left, right) => Number(right) - Number(left)) : [];
  const found = versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'postgres')));
  if (found === undefined) throw new Error(`No PostgreSQL server is below ${DEBIAN}: apt-get install postgresql`);
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
