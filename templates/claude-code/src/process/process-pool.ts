import type { Logger } from '@molecule/adapters';
import type { ClaudeProcess } from './claude-process.js';

interface Idle {
  readonly process: ClaudeProcess;
  readonly timer: NodeJS.Timeout;
}

export interface ProcessPoolOptions {
  /** Processes at once, idle ones included. */
  readonly maxProcesses: number;
  /** Milliseconds that an idle process is kept; 0: not at all. */
  readonly idleMs: number;
  readonly logger: Logger;
}

/** Limits the number of processes, and keeps those of recent conversations for the next message. */
export class ProcessPool {
  readonly #options: ProcessPoolOptions;
  /** Oldest first. */
  readonly #idle = new Map<string, Idle>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #places: number;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#places = options.maxProcesses;
  }

  /** The idle process of the session, which the caller then owns, place included. */
  takeIdle(sessionId: string): ClaudeProcess | undefined {
    const idle = this.#idle.get(sessionId);
    if (idle === undefined) return undefined;
    clearTimeout(idle.timer);
    this.#idle.delete(sessionId);
    return idle.process;
  }

  /** True when a new process would have to wait for a place. */
  get isFull(): boolean {
    return this.#places === 0 && this.#idle.size === 0;
  }

  /** Waits for a place for a new process; the longest idle one makes room. Rejects when the signal is aborted. */
  async takePlace(signal: AbortSignal): Promise<void> {
    while (this.#places === 0) {
      const oldest = this.#idle.keys().next().value;
      const process = oldest === undefined ? undefined : this.takeIdle(oldest);
      if (process === undefined) await this.#nextChange(signal);
      else await this.end(process);
    }
    this.#places -= 1;
  }

  /** Gives a place back in which no process was started. */
  leavePlace(): void {
    this.#givePlace();
  }

  /** Keeps a process for the next message of its session, for a while. */
  async keep(process: ClaudeProcess): Promise<void> {
    if (this.#options.idleMs === 0 || !process.isAlive) return this.end(process);
    const timer = setTimeout(() => void this.#expire(process), this.#options.idleMs);
    timer.unref();
    this.#idle.set(process.session.id, { process, timer });
    // One that waits for a place may have this one's.
    this.#waiting.shift()?.();
  }

  /** Ends a process that the caller owns, and gives its place back. */
  async end(process: ClaudeProcess, how: 'close' | 'kill' = 'close'): Promise<void> {
    const ended = how === 'close' ? process.close() : process.kill();
    this.#ending.set(process.session.id, ended);
    try {
      await ended;
    } finally {
      if (this.#ending.get(process.session.id) === ended) this.#ending.delete(process.session.id);
      this.#givePlace();
    }
  }

  /**
   * Waits for a process of the session that is being ended. Another one of the same session that was started
   * meanwhile would be taken for what the first has left behind.
   */
  async whenEnded(sessionId: string): Promise<void> {
    await this.#ending.get(sessionId);
  }

  /** Ends the idle processes. */
  async dispose(): Promise<void> {
    const idle = [...this.#idle.keys()].map((id) => this.takeIdle(id)).filter((process) => process !== undefined);
    await Promise.all(idle.map((process) => this.end(process)));
  }

  async #expire(process: ClaudeProcess): Promise<void> {
    if (this.takeIdle(process.session.id) === undefined) return;
    try {
      await this.end(process);
    } catch (error) {
      this.#options.logger.error('An idle process could not be ended', { error, sessionId: process.session.id });
    }
  }

  #givePlace(): void {
    this.#places += 1;
    this.#waiting.shift()?.();
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        const place = this.#waiting.indexOf(wake);
        if (place !== -1) this.#waiting.splice(place, 1);
        reject(signal.reason);
      };
      this.#waiting.push(wake);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
