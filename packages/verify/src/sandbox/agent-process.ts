import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { demand, VerifyError } from '../verify-error.js';
import { tail } from './run-program.js';
import { waitFor } from './wait-for.js';

/** The time for a boot. An engine may have to start other programs. */
const BOOT_MS = 90_000;
/** The time for a stop: the grace period of the agent, and some time to close its files. */
const STOP_MS = 20_000;

/** The template's own `start` script, as an author runs it. Every restart has the same port. */
export class AgentProcess implements AsyncDisposable {
  readonly url: string;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  /** The output of all processes so far. */
  output = '';

  constructor(directory: string, environment: NodeJS.ProcessEnv, port: number) {
    this.#directory = directory;
    this.#environment = { ...environment, PORT: String(port), MOLECULE_LOG_FORMAT: 'json' };
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts the agent, waits until it serves its card, and returns the milliseconds that this took. */
  async start(): Promise<number> {
    const begun = Date.now();
    const from = this.output.length;
    // A separate process group, so that a kill reaches the agent and not only npm.
    const child = spawn('npm', ['start', '--silent'], {
      cwd: this.#directory,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let closed = false;
    this.#child = child;
    this.#closed = once(child, 'close').then(() => {
      closed = true;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    const life = () => this.output.slice(from);
    const outcome = await waitFor(async () => {
      if (closed) return 'ended' as const;
      if (this.#listensElsewhere(life())) return 'elsewhere' as const;
      return (await this.#answers()) ? ('ready' as const) : undefined;
    }, BOOT_MS);
    demand(
      outcome !== 'ended',
      `\`npm start\` ended before it served:\n${tail(life())}`,
      'run npm run build, then npm start, and look for the reason in the output',
    );
    if (outcome === 'ready') return Date.now() - begun;
    const what =
      outcome === 'elsewhere' ? 'it listens on another port' : `it served no card within ${BOOT_MS / 1000} s`;
    throw new VerifyError(
      `the agent was started with PORT=${this.#port}, but ${what}:\n${tail(life())}`,
      'let PORT decide: `"start": "molecule start"`, without --port; a supervisor sets PORT',
    );
  }

  /** Sends SIGKILL to everything that was started, and waits for its end. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#closed;
    this.#child = undefined;
  }

  /** Sends SIGTERM, and returns the milliseconds until all of its processes had ended; `undefined` if that took too long. */
  async stop(): Promise<number | undefined> {
    const begun = Date.now();
    this.#signal('SIGTERM');
    const gone = this.#closed.then(() => true);
    const isGone = await Promise.race([gone, waitFor(() => undefined, STOP_MS)]);
    if (isGone !== true) return undefined;
    const left = await waitFor(() => (this.#isGroupGone() ? true : undefined), STOP_MS);
    this.#child = undefined;
    return left === true ? Date.now() - begun : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined) await this.kill();
  }

  async #answers(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/.well-known/agent-card.json`, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // It does not listen yet. The caller tries again until its deadline.
      return false;
    }
  }

  /** True if the runtime's log line `ready` names another port. */
  #listensElsewhere(output: string): boolean {
    const line = output.split('\n').find((one) => one.includes('"message":"ready"') && one.endsWith('}'));
    const [, port] = /"url":"http:\/\/[^"]*?:(\d+)"/.exec(line ?? '') ?? [];
    return port !== undefined && port !== String(this.#port);
  }

  #isGroupGone(): boolean {
    return !this.#signal(0);
  }

  /** False if no process of the group is left. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const pid = this.#child?.pid;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  }
}
