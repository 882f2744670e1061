import { createRequire } from 'node:module';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import type { ClientConfig } from 'pg';
import { within } from '../../support/wait.js';
import { type LeaseReport, type LeaseThreadData, leaseThread } from './lease-thread.js';

/** How often a lease is renewed. */
const RENEW_MS = 1_000;
/** A process whose last successful renewal was sent so long ago counts itself as dead: earlier than others do, so that its turns have stopped by then. */
const OWN_DEATH_MS = 2_000;
/** How long a lease is valid by the clock of the database. Then other processes count the boot as dead. */
const LEASE_MS = 3_000;
/** How long the thread may take to close its connection. */
const END_MS = 500;

const NANOSECONDS = 1e6;

interface LeaseOptions {
  readonly config: ClientConfig;
  /** The boot whose lease it is. */
  readonly id: string;
  /** The boot of this process before, whose row is removed. */
  readonly previous?: string;
  /** The boots that are alive, each time that the lease was taken or renewed. */
  alive(boots: readonly string[]): void;
  /** The database could not be asked. */
  trouble(reason: string): void;
  /** Called once if the lease is over, or the thread has ended. */
  over(reason: string): void;
}

/**
 * A lease that a thread renews. A blocked main thread keeps it, however long it is blocked: the program of an engine may still work on
 * one of its turns, and another process would do the same work twice. If a process answers nothing any more, its supervisor ends it,
 * and with it the lease. A process that stands still loses its lease, because its thread stands still as well.
 */
export class Lease {
  readonly id: string;
  readonly #renewedAt = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  readonly #thread: Worker;
  readonly #exited: Promise<unknown>;
  readonly #options: LeaseOptions;
  #isOver = false;

  constructor(options: LeaseOptions) {
    this.id = options.id;
    this.#options = options;
    const require = createRequire(import.meta.url);
    this.#thread = new Worker(`(${leaseThread})(require('node:worker_threads'), require)`, {
      eval: true,
      workerData: threadData(options, require.resolve('pg'), this.#renewedAt),
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on('message', (report: LeaseReport) => this.#received(report));
    this.#thread.on('error', ({ message }) => this.#end(message));
    this.#exited = new Promise((resolve) => this.#thread.once('exit', resolve));
    void this.#exited.then(() => this.#end('its thread has ended'));
  }

  /** True once it was taken, also after its end. */
  get wasTaken(): boolean {
    return Atomics.load(this.#renewedAt, 0) !== 0n;
  }

  /** Ends it if it could not be renewed for too long. It needs no answer of the thread, so it is exact after a standstill, too. */
  check(): void {
    const renewedAt = Atomics.load(this.#renewedAt, 0);
    const isLate = Number(process.hrtime.bigint() - renewedAt) / NANOSECONDS >= OWN_DEATH_MS;
    if (renewedAt !== 0n && isLate) this.#end('it could not be renewed in time');
  }

  /** Renews it no more. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#thread.postMessage('end');
    await within(this.#exited, END_MS, () => this.#thread.terminate());
  }

  #received(report: LeaseReport): void {
    if (this.#isOver) return;
    if ('alive' in report) this.#options.alive(report.alive);
    else if ('trouble' in report) this.#options.trouble(report.trouble);
    else this.#end(report.lost);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    void this.stop();
    this.#options.over(reason);
  }
}

function threadData({ config, id, previous }: LeaseOptions, client: string, renewedAt: BigInt64Array): LeaseThreadData {
  const { password, ssl, ...rest } = config;
  const { checkServerIdentity = undefined, ...tls } = typeof ssl === 'object' ? ssl : {};
  return {
    client,
    config: { ...rest, ssl: typeof ssl === 'object' ? tls : (ssl ?? false) },
    password: typeof password === 'function' ? String(password()) : (password ?? ''),
    anyServerName: checkServerIdentity !== undefined,
    id,
    previous,
    renewMs: RENEW_MS,
    ownDeathMs: OWN_DEATH_MS,
    leaseMs: LEASE_MS,
    renewedAt,
  };
}
