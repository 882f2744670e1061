import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type RuntimeProcess, startRuntimeProcess, type TestTask } from '@molecule/runtime/testing';
import { type CuttingProxy, cuttingProxy } from '../../support/postgres/cutting-proxy.js';
import { freshDatabase, queryRows } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';

const ADAPTER = new URL('./counting-adapter.mjs', import.meta.url).href;
const WITHIN_MS = 60_000;

/** What the engine of a process did. */
export interface Run {
  readonly what: 'start' | 'begin' | 'speaks' | 'end';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly pid: number;
  readonly replica: 'first' | 'second';
  readonly contextId?: string;
  /** Why the turn was aborted. */
  readonly reason?: string;
}

/** Two processes with one database, each with a state directory of its own. */
export class TwoReplicas implements AsyncDisposable {
  readonly proxy: CuttingProxy;
  readonly #directory: string;
  readonly #database: Awaited<ReturnType<typeof freshDatabase>>;
  readonly #running = new Map<string, RuntimeProcess>();

  private constructor(directory: string, database: Awaited<ReturnType<typeof freshDatabase>>, proxy: CuttingProxy) {
    this.#directory = directory;
    this.#database = database;
    this.proxy = proxy;
  }

  static async start(): Promise<TwoReplicas> {
    const database = await freshDatabase();
    const directory = await mkdtemp(join(tmpdir(), 'molecule-replicas-'));
    await writeFile(join(directory, 'runs'), '');
    await writeFile(join(directory, 'config.yaml'), 'name: Counting\nruntime: counting\n');
    const both = new TwoReplicas(directory, database, await cuttingProxy(Number(new URL(database.url).port)));
    await Promise.all([both.restart('first'), both.restart('second')]);
    return both;
  }

  /** Reaches the database through the proxy. */
  get first(): RuntimeProcess {
    return this.#running.get('first') as RuntimeProcess;
  }

  get second(): RuntimeProcess {
    return this.#running.get('second') as RuntimeProcess;
  }

  /** Starts a replica again that has ended, with its state directory. */
  async restart(replica: 'first' | 'second'): Promise<void> {
    const url = new URL(this.#database.url);
    if (replica === 'first') url.port = String(this.proxy.port);
    const started = await startRuntimeProcess({
      directory: this.#directory,
      environment: {
        PATH: process.env['PATH'],
        ADAPTER_MODULE: ADAPTER,
        REPLICA: replica,
        RUNS: join(this.#directory, 'runs'),
        DATABASE_URL: url.href,
        MOLECULE_STATE_DIR: join(this.#directory, replica),
        MOLECULE_SHUTDOWN_GRACE: '200ms',
      },
    });
    this.#running.set(replica, started);
  }

  /** In the order in which it happened. */
  async runs(): Promise<readonly Run[]> {
    const lines = (await readFile(join(this.#directory, 'runs'), 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Run);
  }

  /** Waits for what an engine does on a turn. */
  async run(what: Run['what'], replica: Run['replica'], { contextId }: Pick<TestTask, 'contextId'>): Promise<Run> {
    const isIt = (one: Run) => one.what === what && one.replica === replica && one.contextId === contextId;
    return (await until(
      `${what} in the ${replica} replica`,
      async () => (await this.runs()).find(isIt),
      WITHIN_MS,
    )) as Run;
  }

  async signalFirst(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const started = (await this.runs()).findLast(({ what, replica }) => what === 'start' && replica === 'first');
    if (started) process.kill(started.pid, signal);
  }

  /** What the log holds of a task. */
  stored({ id }: Pick<TestTask, 'id'>): Promise<readonly unknown[]> {
    return queryRows(
      this.#database.url,
      `select task_contents.*, state, result, fence from task_contents join tasks on id = task_id where task_id = '${id}' order by kind, task_contents.seq`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.first, this.second].map((each) => each[Symbol.asyncDispose]()));
    await this.proxy[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
