import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Options, Query, SDKMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Logger, McpEndpoint } from '@molecule/adapters';
import type { AgentSdk } from '../cli/load-sdk.js';
import type { UsageTotals } from '../events/usage.js';
import type { ToolGate } from '../permissions/tool-gate.js';
import type { Session } from '../sessions/session.js';
import { runtimeToolServers } from '../tools/runtime-tools.js';
import { endWithRuntime } from './end-with-runtime.js';
import { Inbox } from './inbox.js';
import type { PidFile } from './pid-file.js';
import { endProcesses } from './process-tree.js';

/** How long a process may take to end by itself once its input is closed. */
const GRACE_MS = 2000;

/** How much of Claude Code's error output is kept for the log. */
const STDERR_TAIL = 4000;

/** An error of the model's provider, as Claude Code writes it to its log. */
const API_ERROR = /Error in API request: \{"type":"error","error":\{"type":"([a-z_]{1,50})"/g;

/** How long the error output may lag behind the messages, and the interval of the checks. */
const ERROR_OUTPUT_MS = 200;
const ERROR_OUTPUT_STEP_MS = 20;

/** How the process is started, and found again. */
export interface ProcessStart {
  readonly sdk: AgentSdk;
  readonly query: Options;
  /** Marks the process and its descendants; see {@link endProcesses}. */
  readonly mark: string;
  /** Marks this process and its descendants only. */
  readonly run: string;
  readonly pidFile: PidFile;
}

export interface ClaudeProcessOptions {
  readonly start: ProcessStart;
  readonly session: Session;
  readonly gate: ToolGate;
  readonly workDir: string;
  /** What the session had used before this process. */
  readonly totals: UsageTotals;
  readonly instructionsId: string | undefined;
  readonly skillsId: string;
  readonly logger: Logger;
}

/** One Claude Code process: messages go in, the SDK's messages come out, until it is closed. */
export class ClaudeProcess {
  readonly session: Session;
  /** What its tool calls pass. */
  readonly gate: ToolGate;
  readonly workDir: string;
  /** What the session had used when its last turn ended. */
  totals: UsageTotals;
  /** The id of its instructions; absent if unknown. */
  readonly instructionsId: string | undefined;
  /** The id of its skills; see `PluginSkills.id`. */
  readonly skillsId: string;
  readonly #options: ClaudeProcessOptions;
  readonly #inbox = new Inbox();
  readonly #query: Query;
  readonly #messages: AsyncIterator<SDKMessage>;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #letGo: (() => void) | undefined;
  #errorOutput = '';
  #reading: Promise<SDKMessage | undefined> | undefined;
  #closing: Promise<void> | undefined;
  #isRetired = false;

  constructor(options: ClaudeProcessOptions) {
    this.session = options.session;
    this.gate = options.gate;
    this.workDir = options.workDir;
    this.totals = options.totals;
    this.instructionsId = options.instructionsId;
    this.skillsId = options.skillsId;
    this.#options = options;
    this.#query = options.start.sdk.query({
      prompt: this.#inbox,
      options: { ...options.start.query, spawnClaudeCodeProcess: (spawning) => this.#spawn(spawning) },
    });
    this.#messages = this.#query[Symbol.asyncIterator]();
  }

  /** False once it has ended, is about to, or takes no more messages. */
  get isAlive(): boolean {
    const child = this.#child;
    if (this.#isRetired) return false;
    return this.#closing === undefined && child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** It accepts no more messages, and must be ended after this turn. */
  retire(): void {
    this.#isRetired = true;
  }

  send(message: SDKUserMessage): void {
    this.#inbox.push(message);
  }

  /**
   * The next message, or undefined after the last one. Throws when the process ended in the middle of a turn. A caller
   * that stopped waiting for it gets the same message the next time.
   */
  next(): Promise<SDKMessage | undefined> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** The end of its error output, for the log. */
  get errorOutput(): string {
    return this.#errorOutput;
  }

  /** Drops the error output of earlier turns. */
  forgetErrors(): void {
    this.#errorOutput = '';
  }

  /**
   * The provider's name for the error of the last failed call, for example `overloaded_error`; undefined if it gave none. Only the error
   * output has it, which may arrive a moment after the message about the failure.
   */
  async apiErrorType(): Promise<string | undefined> {
    for (let wait = 0; wait < ERROR_OUTPUT_MS; wait += ERROR_OUTPUT_STEP_MS) {
      const type = [...this.#errorOutput.matchAll(API_ERROR)].at(-1)?.[1];
      if (type !== undefined) return type;
      await delay(ERROR_OUTPUT_STEP_MS);
    }
    return undefined;
  }

  /** Replaces the runtime's tools of an earlier turn by those of the next one, whose calls need its own token. */
  async useTools(mcp: McpEndpoint | undefined): Promise<void> {
    if (mcp === undefined) return;
    const { errors } = await this.#query.setMcpServers(runtimeToolServers(mcp));
    const [problem] = Object.values(errors);
    if (problem !== undefined) throw new Error(`The runtime's tools could not be used: ${problem}`);
  }

  /** Asks it to stop its turn; the turn then ends with a result of its own. */
  async interrupt(): Promise<void> {
    await this.#query.interrupt();
  }

  /** Lets it end by itself, and ends it and all it has started when it does not. Safe to call again. */
  close(graceMs: number = GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** Ends it and all it has started at once, as a crash would. */
  kill(): Promise<void> {
    return this.close(0);
  }

  async #read(): Promise<SDKMessage | undefined> {
    try {
      const { done, value } = await this.#messages.next();
      return done === true ? undefined : value;
    } finally {
      this.#reading = undefined;
    }
  }

  async #close(graceMs: number): Promise<void> {
    this.#inbox.close();
    if (graceMs > 0) await Promise.race([this.#exited, delay(graceMs, undefined, { ref: false })]);
    await endProcesses(this.#options.start.mark, this.#child?.pid);
    this.#query.close();
    this.#letGo?.();
    await this.#options.start.pidFile.clear();
  }

  #spawn(spawning: SpawnOptions & { readonly command: string; readonly args: string[]; readonly signal: AbortSignal }) {
    const { command, args, cwd, env, signal } = spawning;
    // A group of its own, so that a signal to the runtime's group (Ctrl-C) does not end a turn that is being saved.
    const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', resolve);
    });
    child.stderr.on('data', (data: Buffer) => {
      this.#errorOutput = (this.#errorOutput + data.toString()).slice(-STDERR_TAIL);
    });
    signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
    if (child.pid !== undefined) {
      const { start, logger } = this.#options;
      this.#letGo = endWithRuntime(start.run, { pid: child.pid, path: env?.['PATH'] ?? '' }, logger);
      this.#remember(child.pid);
    }
    return child;
  }

  #remember(id: number): void {
    this.#options.start.pidFile.write(id).catch((error: unknown) => {
      // Only macOS needs it, and only after a crash; the turn itself does not.
      this.#options.logger.warn('Could not note the process of a session', { error, sessionId: this.session.id });
    });
  }
}
