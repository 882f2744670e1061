import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess } from '../agent.ts';
import { startPostgres } from '../postgres.ts';
import { removeDirectory } from '../remove-directory.ts';
import type { SubjectFactory } from '../subjects/subject.ts';
import { TcpLink } from '../tcp-link.ts';
import { Temporal } from '../temporal.ts';
import type { Pair } from './pair.ts';
import { startPgBouncer } from './pgbouncer.ts';
import { replicaSpec, secondKey } from './replica-spec.ts';
import { StoredTasks } from './stored-tasks.ts';

export interface LocalPairOptions {
  readonly subject: SubjectFactory;
  /** True: the replicas reach the database through PgBouncer in transaction mode. */
  readonly pgbouncer: boolean;
}

/** Two replicas on this host. The first one reaches its servers by relays, which can be cut. */
export async function openLocalPair({ subject: create, pgbouncer }: LocalPairOptions): Promise<Pair> {
  const stack = new AsyncDisposableStack();
  try {
    const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-replicas-'));
    stack.defer(() => removeDirectory(directory));
    const postgres = stack.use(await startPostgres());
    const bouncer = pgbouncer ? stack.use(await startPgBouncer(postgres.url, directory)) : undefined;
    const database = bouncer?.url ?? postgres.url;
    const temporal = await Temporal.create(directory);
    await temporal.start();
    stack.defer(() => temporal.stop());
    const links = {
      database: stack.use(await TcpLink.open(addressIn(database))),
      temporal: stack.use(await TcpLink.open(addressIn(`tcp://${temporal.address}`))),
    };
    const subject = stack.use(await create(temporal.address));
    const notify: Record<string, string> = pgbouncer ? { MOLECULE_DATABASE_NOTIFY: 'off' } : {};
    const near = new URL(database);
    near.port = String(links.database.port);
    const environments = [
      { ...notify, DATABASE_URL: near.href, TEMPORAL_HOST: `127.0.0.1:${links.temporal.port}` },
      { ...notify, DATABASE_URL: database, ...secondKey(subject) },
    ];
    const agents: AgentProcess[] = [];
    for (const [index, environment] of environments.entries()) {
      const agent = await AgentProcess.create(await replicaSpec(subject, join(directory, `${index}`), environment));
      stack.defer(async () => void (await agent.end()));
      agents.push(agent);
    }
    const [first, second] = agents as [AgentProcess, AgentProcess];
    await Promise.all([first.start(), second.start()]);
    const stored = stack.use(await StoredTasks.open(postgres.url));
    const network: Pair['network'] = {
      async cut(servers) {
        for (const server of servers) links[server].cut();
      },
      async mend() {
        for (const link of Object.values(links)) link.mend();
      },
    };
    return { subject, first, second, temporal, stored, network, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function addressIn(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
