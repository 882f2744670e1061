import { accessSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentProcess } from '../agent.ts';
import { removeDirectory } from '../remove-directory.ts';
import type { Pair } from '../replicas/pair.ts';
import { replicaSpec, secondKey } from '../replicas/replica-spec.ts';
import { StoredTasks } from '../replicas/stored-tasks.ts';
import type { Subject, SubjectFactory } from '../subjects/subject.ts';
import { TcpLink } from '../tcp-link.ts';
import { HostNetwork } from './host-network.ts';
import { ADDRESSES, onHost, openNamespaces } from './namespaces.ts';
import { startServers } from './servers.ts';

/** How the first replica differs from the second one, all the time. */
export interface Condition {
  readonly name: string;
  /** True: 100 ms between the first replica and the servers, and one of a hundred packets is lost. */
  readonly isFar?: boolean;
  /** The clock of the first replica shows so many seconds more. */
  readonly skewSeconds?: number;
}

/** Debian's package `libfaketime`. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** Two replicas, each on a host of its own, and the servers on a third one. */
export async function openHostPair(create: SubjectFactory, condition: Condition): Promise<Pair> {
  const stack = new AsyncDisposableStack();
  try {
    const skew = skewOf(condition);
    stack.use(await openNamespaces());
    const directory = await mkdtemp(join(tmpdir(), 'molecule-chaos-hosts-'));
    stack.defer(() => removeDirectory(directory));
    const servers = stack.use(await startServers(directory));
    const whole = stack.use(await create(servers.temporalAddress));
    // Each step of an engine that saves checkpoints waits for the database, which makes a long turn last minutes.
    const subject = condition.isFar ? { ...whole, longer: whole.long } : whole;
    const model = await reachableModel(subject, stack);
    const network = await HostNetwork.open(condition.isFar ? 1 : 0);
    const start = async (host: 'first' | 'second', environment: Readonly<Record<string, string>>) => {
      const spec = await replicaSpec(subject, join(directory, host), { ...model, ...environment });
      const agent = await AgentProcess.create({ ...spec, host: { prefix: onHost(host), address: ADDRESSES[host] } });
      stack.defer(async () => void (await agent.end()));
      await agent.start();
      return agent;
    };
    const near = condition.isFar ? servers.slow : servers;
    const [first, second] = await Promise.all([
      start('first', { DATABASE_URL: near.databaseUrl, TEMPORAL_HOST: near.temporalAddress, ...skew }),
      start('second', {
        DATABASE_URL: servers.databaseUrl,
        TEMPORAL_HOST: servers.temporalAddress,
        ...secondKey(subject),
      }),
    ]);
    const stored = stack.use(await StoredTasks.open(servers.databaseUrl));
    const { temporal } = servers;
    return { subject, first, second, temporal, stored, network, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The scripted model listens on the loopback address of the machine, which the hosts do not reach. */
async function reachableModel({ spec }: Subject, stack: AsyncDisposableStack): Promise<Record<string, string>> {
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries(spec.environment)) {
    if (!value.startsWith('http://127.0.0.1:')) continue;
    const url = new URL(value);
    const to = { host: url.hostname, port: Number(url.port) };
    const link = stack.use(await TcpLink.open(to, { host: ADDRESSES.here, port: 0 }));
    changed[name] = value.replace(url.host, `${ADDRESSES.here}:${link.port}`);
  }
  return changed;
}

function skewOf({ skewSeconds }: Condition): Readonly<Record<string, string>> {
  if (skewSeconds === undefined) return {};
  try {
    accessSync(FAKETIME);
  } catch {
    throw new Error(`A clock that is wrong needs ${FAKETIME}. On Debian or Ubuntu: apt-get install libfaketime`);
  }
  return {
    LD_PRELOAD: FAKETIME,
    FAKETIME: `${skewSeconds >= 0 ? '+' : ''}${skewSeconds}s`,
    // Timers follow the monotonic clock, which no operator sets.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    CHAOS_SKEW_MS: String(skewSeconds * 1_000),
  };
}
