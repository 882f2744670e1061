import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { type RuntimeProcess, startRuntimeProcess, type TestTask } from '@molecule/runtime/testing';
import { freshDatabase, queryRows } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';
import { Outside } from './outside.js';
import { passTime } from './pass-time.js';

const ADAPTER = new URL('./effects-agent.mjs', import.meta.url).href;
const END_MS = 120_000;

/** Processes of one workspace that are killed in the middle of their steps: one with SQLite, or two with PostgreSQL. */
export class KilledAgents implements AsyncDisposable {
  readonly outside = new Outside();
  readonly #directory: string;
  readonly #database: Awaited<ReturnType<typeof freshDatabase>> | undefined;
  #outsideUrl = '';
  readonly #running = new Map<string, RuntimeProcess>();
  #restarting: Promise<void> = Promise.resolve();

  private constructor(directory: string, database: Awaited<ReturnType<typeof freshDatabase>> | undefined) {
    this.#directory = directory;
    this.#database = database;
  }

  static async start(replicas: 1 | 2): Promise<KilledAgents> {
    const directory = await mkdtemp(join(tmpdir(), 'molecule-killed-'));
    await writeFile(join(directory, 'config.yaml'), 'name: Effects\nruntime: effects\n');
    const agents = new KilledAgents(directory, replicas === 2 ? await freshDatabase() : undefined);
    agents.#outsideUrl = await agents.outside.listen();
    const names = replicas === 2 ? ['first', 'second'] : ['first'];
    await Promise.all(names.map((name) => agents.#start(name)));
    return agents;
  }

  /** Kills a process, and starts it again. */
  readonly kill = async (name: string): Promise<void> => {
    await this.#running.get(name)?.kill('SIGKILL');
    this.#restarting = this.#restarting.then(() => this.#start(name));
    if (this.#running.size === 1) await this.#restarting;
  };

  /** Runs a task to its end, whatever becomes of its processes; its questions are answered with `yes`. */
  async run(text: string): Promise<TestTask> {
    const begun = await this.outside.hold(() => this.#ask(({ client }) => client.begin(text)));
    return until(
      'the task ends',
      async () => {
        await this.#passTime();
        const task = await this.#ask(({ client }) => client.task(begun.id));
        // The process may die before it replies: the state then says whether it was accepted.
        const [any] = this.#running.values();
        if (task.state.startsWith('input')) await any?.client.begin('yes', { taskId: task.id }).catch(() => {});
        return ['completed', 'failed', 'canceled'].includes(task.state) ? task : undefined;
      },
      END_MS,
    );
  }

  /** The records of a task: its steps by path, and whether its text was ever withdrawn. */
  async recordsOf({
    id,
  }: Pick<TestTask, 'id'>): Promise<{ readonly steps: readonly string[]; readonly wasReset: boolean }> {
    const query = `select kind, content from task_contents where task_id = '${id}' order by kind, seq`;
    const rows = (this.#database ? await queryRows(this.#database.url, query) : this.#sqlite(query)) as readonly {
      readonly kind: string;
      readonly content: string;
    }[];
    return {
      steps: rows
        .filter(({ kind }) => kind === 'step')
        .map(({ content }) => (JSON.parse(content) as { path: string }).path),
      wasReset: rows.some(({ content }) => content.includes('molecule.reset')),
    };
  }

  async #passTime(): Promise<void> {
    if (!this.#database) return void passTime(join(this.#directory, 'first', 'tasks.db'));
    const { url } = this.#database;
    const woken = await queryRows(url, 'update turn_wakes set at = 1 where at > 1 returning task_id');
    if (woken.length === 0) return;
    await queryRows(
      url,
      `update task_contents set content = regexp_replace(content, '"until":\\d+', '"until":1') where kind = 'step'`,
    );
  }

  #sqlite(query: string): readonly unknown[] {
    using database = new DatabaseSync(join(this.#directory, 'first', 'tasks.db'));
    return database.prepare(query).all();
  }

  async #ask<Answer>(question: (process: RuntimeProcess) => Promise<Answer>): Promise<Answer> {
    return until(
      'a process answers',
      async () => {
        for (const each of this.#running.values()) {
          const answer = await question(each).catch(() => undefined);
          if (answer !== undefined) return answer;
        }
        return undefined;
      },
      END_MS,
    ) as Promise<Answer>;
  }

  async #start(name: string): Promise<void> {
    this.#running.set(
      name,
      await startRuntimeProcess({
        directory: this.#directory,
        environment: {
          PATH: process.env['PATH'],
          ADAPTER_MODULE: ADAPTER,
          OUTSIDE: this.#outsideUrl,
          REPLICA: name,
          MOLECULE_STATE_DIR: join(this.#directory, name),
          ...(this.#database && { DATABASE_URL: this.#database.url }),
        },
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#restarting;
    await Promise.all([...this.#running.values()].map((each) => each[Symbol.asyncDispose]()));
    await this.outside[Symbol.asyncDispose]();
    await this.#database?.[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
