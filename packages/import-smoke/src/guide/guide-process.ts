import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const LIMIT_MS = 90_000;

/** A command that the reader of a guide leaves running. */
export class GuideProcess implements AsyncDisposable {
  readonly command: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #isClosed = false;
  #heard = Promise.withResolvers<void>();
  output = '';

  constructor(command: string, directory: string, environment: NodeJS.ProcessEnv) {
    this.command = command;
    this.#child = spawn('sh', ['-c', command], {
      cwd: directory,
      env: environment,
      // A process group of its own: the command starts others.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#hear();
      });
    }
    this.#closed = once(this.#child, 'close').then(() => {
      this.#isClosed = true;
      this.#hear();
    });
  }

  /** Of the process group. */
  get group(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until the output has the text, beginning at a position. */
  async prints(text: string, from = 0): Promise<void> {
    const deadline = Date.now() + LIMIT_MS;
    while (!this.output.includes(text, from)) {
      const left = deadline - Date.now();
      if (this.#isClosed || left <= 0) {
        throw new Error(
          `\`${this.command}\` ${this.#isClosed ? 'ended' : 'runs'} without printing "${text}":\n${this.output}`,
        );
      }
      await this.#hears(left);
    }
  }

  /** Waits for the end, and returns the whole output. */
  async ended(): Promise<string> {
    const timer = setTimeout(() => this.kill('SIGKILL'), LIMIT_MS);
    await this.#closed;
    clearTimeout(timer);
    return this.output;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#isClosed) process.kill(-this.group, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), LIMIT_MS);
    await this.#closed;
    clearTimeout(timer);
  }

  async #hears(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#hear(), ms);
    await this.#heard.promise;
    clearTimeout(timer);
  }

  #hear(): void {
    this.#heard.resolve();
    this.#heard = Promise.withResolvers();
  }
}
