import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { removeDirectory } from './remove-directory.ts';

/** A running PostgreSQL server. */
export interface Postgres extends AsyncDisposable {
  /** Of the database `postgres`. */
  readonly url: string;
}

/** Where a server runs. Default: on this host, for programs of this host. */
export interface PostgresPlace {
  /** Words before the command, such as `ip netns exec <name>`. */
  readonly prefix?: readonly string[];
  /** Where it listens. */
  readonly address?: string;
}

/** Starts the server of the runtime's tests: the programs of Debian, else those of an npm package. */
export async function startPostgres({ prefix = [], address }: PostgresPlace = {}): Promise<Postgres> {
  const directory = join(tmpdir(), `molecule-chaos-postgres-${crypto.randomUUID()}`);
  const support = join(
    dirname(createRequire(import.meta.url).resolve('@molecule/runtime/package.json')),
    'test',
    'support',
  );
  const [command = '', ...words] = [
    ...prefix,
    ...[process.execPath, '--import', join(support, 'host', 'typescript-hooks.mjs')],
    ...[join(support, 'postgres', 'serve.ts'), directory, ...(address === undefined ? [] : [address])],
  ];
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { url } = JSON.parse(await firstLine(child)) as { readonly url: string };
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
      await removeDirectory(directory);
    },
  };
}

/** The first line that a program writes. @throws {Error} if it ends before */
export async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error(`${child.spawnargs.join(' ')} ended before it had started.`);
}
