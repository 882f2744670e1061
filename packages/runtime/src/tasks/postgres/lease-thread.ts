import type { ClientConfig } from 'pg';

/** What the thread of a lease is given. Functions cannot be. */
export interface LeaseThreadData {
  /** The path of node-postgres. */
  readonly client: string;
  readonly config: Omit<ClientConfig, 'password'>;
  readonly password: string;
  /** The certificate of the server may have any name. */
  readonly anyServerName: boolean;
  /** The boot whose lease it is. */
  readonly id: string;
  /** The boot of this process before, which has lost its lease. */
  readonly previous: string | undefined;
  readonly renewMs: number;
  /** No renewal is sent so long after the last one that succeeded. */
  readonly ownDeathMs: number;
  readonly leaseMs: number;
  /** When the last renewal that succeeded was sent: nanoseconds of the monotonic clock that all threads of the process share; 0: none. */
  readonly renewedAt: BigInt64Array;
}

/** What the thread of a lease sends. */
export type LeaseReport =
  /** The lease was taken or renewed. These boots are alive. */
  | { readonly alive: readonly string[] }
  /** The database could not be asked; it is asked again. */
  | { readonly trouble: string }
  /** The lease is over. The thread has ended its work. */
  | { readonly lost: string };

type Threads = typeof import('node:worker_threads');
type Require = (module: string) => typeof import('pg');

/**
 * The code of the thread that keeps the lease of one boot, on a connection of its own: a turn that blocks the event loop of the main
 * thread does not delay it, and a process that stands still renews nothing. Any message ends it.
 *
 * It runs as the source text of this function, because the built package is one file and has no other module for it. So it must
 * not use anything but its parameters.
 */
export function leaseThread({ parentPort, workerData }: Threads, require: Require): void {
  /** How long after a failed try the next one is made. */
  const AGAIN_MS = 100;
  /** So long after the lease of another boot should have ended, it is looked at. */
  const AFTER_END_MS = 10;
  const data = workerData as LeaseThreadData;
  const { Client } = require(data.client);
  const { ssl } = data.config;
  const config = {
    ...data.config,
    ...(typeof ssl === 'object' && data.anyServerName && { ssl: { ...ssl, checkServerIdentity: () => undefined } }),
    password: () => data.password,
    connectionTimeoutMillis: data.ownDeathMs,
    query_timeout: data.ownDeathMs,
  };
  const lease = `clock_timestamp() + interval '${data.leaseMs} milliseconds'`;
  let client: InstanceType<typeof Client> | undefined;
  let isEnded = false;
  let timer = setTimeout(turn, 0);
  parentPort?.on('message', end);

  function turn(): void {
    void beat().then((pauseMs) => {
      if (!isEnded) timer = setTimeout(turn, pauseMs);
    });
  }

  /** @returns the pause until the next one */
  async function beat(): Promise<number> {
    const renewedAt = Atomics.load(data.renewedAt, 0);
    try {
      const connection = client ?? (await connected());
      const sentAt = process.hrtime.bigint();
      // After a standstill, an old lease must not be renewed: the main thread counts it as lost already.
      if (renewedAt !== 0n && msSince(renewedAt) >= data.ownDeathMs) return lost('it was not renewed in time');
      const rows = await ask(connection, renewedAt === 0n ? take(connection) : renew(connection));
      if (!rows.some(({ id }) => id === data.id)) {
        return renewedAt === 0n ? AGAIN_MS : lost('the database holds no valid lease of it any more');
      }
      Atomics.store(data.renewedAt, 0, sentAt);
      parentPort?.postMessage({ alive: rows.map(({ id }) => id) } satisfies LeaseReport);
      const ends = rows.filter(({ id }) => id !== data.id).map(({ left }) => Number(left) + AFTER_END_MS);
      return Math.max(0, Math.min(data.renewMs - msSince(sentAt), ...ends));
    } catch (error) {
      void client?.end().catch(() => {});
      client = undefined;
      if (!isEnded) parentPort?.postMessage({ trouble: (error as Error).message } satisfies LeaseReport);
      return AGAIN_MS;
    }
  }

  async function connected(): Promise<InstanceType<typeof Client>> {
    const made = new Client(config);
    // What is asked next fails as well.
    made.on('error', () => {});
    await made.connect();
    client = made;
    return made;
  }

  function take({ escapeLiteral }: InstanceType<typeof Client>): string {
    // As long as it is valid, turns of that boot may still be being stopped.
    const gone =
      data.previous === undefined
        ? ''
        : `delete from boots where id = ${escapeLiteral(data.previous)} and lease_until <= clock_timestamp();`;
    return `${gone} insert into boots (id, lease_until) values (${escapeLiteral(data.id)}, ${lease})
      on conflict (id) do update set lease_until = excluded.lease_until`;
  }

  function renew({ escapeLiteral }: InstanceType<typeof Client>): string {
    return `update boots set lease_until = ${lease}
      where id = ${escapeLiteral(data.id)} and lease_until > clock_timestamp()`;
  }

  /**
   * Writes the lease and reads all valid ones, in one message, so that it works behind a pooler that gives the session to another client
   * after each transaction. The commit waits for no disk and no standby: a lease that a crash of the server takes back only ends earlier.
   */
  async function ask(connection: InstanceType<typeof Client>, write: string): Promise<readonly Row[]> {
    const results = (await connection.query(
      `begin; set local synchronous_commit = off; ${write};
       select id, extract(epoch from lease_until - clock_timestamp()) * 1000 as left from boots where lease_until > clock_timestamp();
       commit`,
    )) as unknown as readonly { readonly command: string; readonly rows: readonly Row[] }[];
    return results.find(({ command }) => command === 'SELECT')?.rows ?? [];
  }

  function msSince(time: bigint): number {
    return Number(process.hrtime.bigint() - time) / 1e6;
  }

  function lost(reason: string): number {
    parentPort?.postMessage({ lost: reason } satisfies LeaseReport);
    end();
    return 0;
  }

  function end(): void {
    isEnded = true;
    clearTimeout(timer);
    parentPort?.removeAllListeners('message');
    parentPort?.unref();
    void client?.end().catch(() => {});
  }

  type Row = { readonly id: string; readonly left: string };
}
