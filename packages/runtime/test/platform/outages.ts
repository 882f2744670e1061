import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { play } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, type ToolAdapter, toolAdapter } from '../team/delegation/tool-adapter.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const WITHIN_MS = 60_000;

/** Away: it does not listen. Ill: its database is away. Restarted: its connections break, too, and it forgets what it carries. */
export const TROUBLES = ['away', 'ill', 'restarted'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** When the trouble begins. */
export const MOMENTS = [
  'before the message',
  'while the agent works',
  'as the turn ends',
  'at the report, which arrives',
  'at the report, which is lost',
  'at the message to the person, which arrives',
  'at the message to the person, which is lost',
  'while a person decides',
  'while the agent restarts',
  'while the agent is idle',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** An agent on a platform that gets into trouble. */
export class Outage implements AsyncDisposable {
  readonly platform: FakePlatform;
  readonly #adapter: ToolAdapter;
  #runtime: TestRuntime;
  #count = 0;

  private constructor(platform: FakePlatform, adapter: ToolAdapter, runtime: TestRuntime) {
    this.platform = platform;
    this.#adapter = adapter;
    this.#runtime = runtime;
  }

  static async open(): Promise<Outage> {
    const platform = await startFakePlatform();
    const adapter = toolAdapter({ repeatableTurns: true });
    const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID };
    const runtime = await startTestRuntime({ adapter: adapter.adapter, environment });
    await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
    return new Outage(platform, adapter, runtime);
  }

  /** Sends a message at one moment of a trouble that lasts at least `ms`. Returns what the person was told, and what was expected. */
  async at(moment: Moment, trouble: Trouble, ms: number) {
    const { platform } = this;
    const name = `${++this.#count} ${moment} ${trouble}`;
    const gate = `gate ${name}`;
    // My Chat shows the last 50 records, among them those of failed calls; all cases together may have more.
    const chat = () => platform.activities.chat(ID, 500);
    const said = chat().length;
    const asks = moment === 'while a person decides';
    platform.decision = asks ? 'pending' : 'approved';
    if (moment === 'before the message' || moment === 'while the agent is idle') await this.#trouble(trouble, ms);
    const hangs = moment.startsWith('at the report')
      ? '/activity'
      : moment.startsWith('at the message')
        ? '/notify'
        : '';
    const text = asks ? calling('request_approval', { action: name }) : play({ gate, onAttempts: [1] }, { say: name });
    const answered = platform.proxy.send(ID, { message: { parts: [{ kind: 'text', text }] } });
    await until('the turn', () => asks || this.#runs(name), WITHIN_MS);
    if (asks)
      await until('the question', () => platform.approvals.all.some(({ action }) => action === name), WITHIN_MS);
    if (hangs !== '') {
      // Nobody waits any more, so that the person must be told.
      if (hangs === '/notify') platform.proxy.die();
      platform.hasHung = false;
      platform.hang = { path: hangs, isDone: moment.endsWith('arrives') };
      this.#adapter.gates.open(gate);
      await until('the call', () => platform.hasHung, WITHIN_MS);
      await this.#trouble(trouble, ms);
    } else if (moment === 'as the turn ends') {
      const over = this.#trouble(trouble, ms);
      this.#adapter.gates.open(gate);
      await over;
    } else if (moment === 'while the agent restarts') {
      const over = this.#trouble(trouble, ms);
      this.#runtime = await this.#runtime.restart();
      await over;
    } else if (moment !== 'before the message' && moment !== 'while the agent is idle') {
      await this.#trouble(trouble, ms);
      platform.decision = 'approved';
    }
    this.#adapter.gates.open(gate);
    await answered;
    await until('the answer', () => chat().length > said, WITHIN_MS);
    await this.#settled();
    const expected = asks ? '"approved":true' : name;
    return { told: chat().slice(said), expected, reports: this.#reports(expected), approvals: this.#approvals(name) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
    await this.platform[Symbol.asyncDispose]();
  }

  #runs(name: string): boolean {
    return this.#adapter.turns.some(({ turn, running }) => running && 'text' in turn && turn.text.includes(name));
  }

  /** Until a call has failed, and at least so long. */
  async #trouble(trouble: Trouble, ms: number): Promise<void> {
    const { platform } = this;
    const begun = performance.now();
    const calls = platform.calls.length;
    platform[trouble === 'ill' ? 'ill' : 'down'] = true;
    if (trouble === 'restarted') platform.proxy.die();
    const failed = () => platform.calls.slice(calls).some(({ status }) => status === 0 || status >= 401);
    await until('the trouble', () => failed() && performance.now() - begun >= ms, WITHIN_MS);
    platform.down = false;
    platform.ill = false;
  }

  /** Nothing waits for the platform any more. */
  async #settled(): Promise<void> {
    const file = join(this.#runtime.directory, '.molecule', 'tasks.db');
    using database = new DatabaseSync(file);
    const waiting = database.prepare(
      'select (select count(*) from untold_answers) + (select count(*) from turn_reports) as n',
    );
    await until('the reports', () => waiting.get()?.['n'] === 0, WITHIN_MS);
  }

  #reports(text: string): number {
    const own = this.platform.activities.rows.filter(({ method, response_body }) => {
      return method === 'task' && JSON.stringify(response_body).includes(JSON.stringify(text).slice(1, -1));
    });
    return text.includes('approved') ? 1 : own.length;
  }

  #approvals(name: string): number {
    return this.platform.approvals.all.filter(({ action }) => action === name).length;
  }
}
