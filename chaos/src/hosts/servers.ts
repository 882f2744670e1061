import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { firstLine, startPostgres } from '../postgres.ts';
import type { RestartableTemporal } from '../replicas/pair.ts';
import { ADDRESSES, onHost } from './namespaces.ts';

/** What the program `servers-host.ts` tells when it has started. */
export interface ServersHost {
  /** The port of Temporal. */
  readonly temporal: number;
  /** The ports at which the same servers answer slowly. */
  readonly slow: { readonly database: number; readonly temporal: number };
}

/** The database and Temporal on a host of their own. */
export interface Servers extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** The same servers, far away. */
  readonly slow: { readonly databaseUrl: string; readonly temporalAddress: string };
  readonly temporal: RestartableTemporal;
}

export async function startServers(directory: string): Promise<Servers> {
  const stack = new AsyncDisposableStack();
  try {
    const postgres = stack.use(await startPostgres({ prefix: onHost('servers'), address: ADDRESSES.database }));
    const [command = '', ...words] = onHost('servers');
    const program = fileURLToPath(new URL('servers-host.ts', import.meta.url));
    const { port } = new URL(postgres.url);
    const child = spawn(command, [...words, process.execPath, program, directory, port], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    stack.defer(async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    });
    const started = JSON.parse(await firstLine(child)) as ServersHost;
    const tell = async (what: string) => {
      const answered = once(child, 'message');
      child.send(what);
      const [answer] = (await answered) as [string];
      if (answer !== 'done') throw new Error(`Temporal: ${answer}`);
    };
    const slow = new URL(postgres.url);
    slow.port = String(started.slow.database);
    return {
      databaseUrl: postgres.url,
      temporalAddress: `${ADDRESSES.temporal}:${started.temporal}`,
      slow: { databaseUrl: slow.href, temporalAddress: `${ADDRESSES.temporal}:${started.slow.temporal}` },
      temporal: { kill: () => tell('kill'), start: () => tell('start') },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
