import {
  type AgentEngine,
  canceledError,
  type EngineHealth,
  type Logger,
  type TranscriptPage,
  type TranscriptRange,
  type Turn,
  type TurnControls,
  type TurnEvent,
  type TurnStore,
} from '@molecule/adapters';
import { readVersion } from './cli/executable.js';
import { EventTranslator } from './events/event-translator.js';
import { savedTotals } from './events/usage.js';
import type { EngineFolders } from './folders.js';
import type { TurnScope } from './permissions/turn-scope.js';
import type { ClaudeProcess } from './process/claude-process.js';
import type { Launch, ProcessLauncher, ProcessSetup } from './process/process-launcher.js';
import type { ProcessPool } from './process/process-pool.js';
import { requestEvent } from './requests/request-event.js';
import { waitFor } from './requests/request-id.js';
import type { Archives } from './sessions/archives.js';
import { forgetSession } from './sessions/forget-session.js';
import { Session } from './sessions/session.js';
import type { TranscriptLine } from './sessions/transcript-entry.js';
import { transcriptPage } from './sessions/transcript-page.js';
import { openingOf, startOf, type WorkPlan } from './turns/opening.js';
import { runPlan } from './turns/run-plan.js';
import { planMessage, planTurn, type TurnPlan } from './turns/turn-plan.js';

export interface ClaudeEngineOptions {
  readonly executable: string;
  readonly folders: EngineFolders;
  readonly archives: Archives;
  readonly launcher: ProcessLauncher;
  readonly pool: ProcessPool;
  /** Reads the newest. */
  readonly setup: () => Promise<ProcessSetup>;
  /** True when Claude Code repeats failed model calls. */
  readonly repeatsCalls: boolean;
  readonly logger: Logger;
}

/** What is determined before a turn begins. */
interface Prepared {
  readonly session: Session;
  readonly plan: TurnPlan;
  /** A process that already holds the conversation. */
  readonly warm?: ClaudeProcess;
  readonly entries: readonly TranscriptLine[];
  readonly setup: ProcessSetup;
}

/** Claude Code behind the adapter contract: one of its sessions for each conversation. */
export class ClaudeEngine implements AgentEngine {
  readonly #options: ClaudeEngineOptions;

  constructor(options: ClaudeEngineOptions) {
    this.#options = options;
  }

  async *runTurn(turn: Turn, { signal, mcp, store }: TurnControls): AsyncGenerator<TurnEvent> {
    if (signal.aborted) throw canceledError(signal);
    const prepared = await this.#prepare(turn, store);
    const { session, plan, warm, entries } = prepared;
    if (plan.do === 'replay' || plan.do === 'ask-again') {
      yield { type: 'started', reference: session.id };
      yield* this.#tellEnd(session, plan);
      return;
    }
    if (warm === undefined && this.#options.pool.isFull) yield { type: 'waiting', reason: 'a place for a process' };
    const process = warm ?? (await this.#launch(prepared, plan, { workDir: turn.workDir, mcp }, signal));
    let ending: 'keep' | 'close' | 'kill' = 'kill';
    try {
      await warm?.useTools(mcp);
      if (signal.aborted) throw canceledError(signal);
      yield { type: 'started', reference: session.id };
      // What an earlier attempt has streamed comes again, or not at all.
      if (plan.do === 'resume') yield { type: 'reset' };
      const scope = scopeOf(turn, plan, signal);
      const opening = openingOf(plan, entries.length === 0 && warm === undefined);
      const { logger, repeatsCalls } = this.#options;
      const run = { process, session, scope, record: plan.record, ...opening, repeatsCalls, logger };
      for await (const event of runPlan(run)) {
        // Before the yield, because a consumer may stop after the last event.
        if (event.type === 'finish') ending = 'keep';
        if (event.type === 'input-required') ending = 'close';
        yield event;
      }
    } finally {
      const { pool } = this.#options;
      if (ending === 'keep') await pool.keep(process);
      else await pool.end(process, ending);
    }
  }

  async forget(contextId: string): Promise<void> {
    const { pool, launcher, folders, archives } = this.#options;
    const id = archives.sessionIdOf(contextId);
    const idle = pool.takeIdle(id);
    if (idle !== undefined) await pool.end(idle);
    await pool.whenEnded(id);
    await launcher.endLeftovers({ id });
    await archives.forget(contextId);
    await forgetSession(id, folders);
  }

  async transcript(range: TranscriptRange): Promise<TranscriptPage> {
    return transcriptPage(await this.#options.archives.read(range.contextId), range);
  }

  async check(): Promise<EngineHealth> {
    const { executable, folders } = this.#options;
    try {
      return { ok: true, detail: await readVersion(executable, folders.home) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, detail: `Claude Code cannot be run; install the template's dependencies again. ${reason}` };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.pool.dispose();
  }

  /** Finds a process that can run the turn at once; otherwise reads the stored conversation. */
  async #prepare(turn: Turn, store: TurnStore | undefined): Promise<Prepared> {
    const { pool, launcher, folders, archives } = this.#options;
    const setup = await this.#options.setup();
    const { instructions } = setup;
    const id = archives.sessionIdOf(turn.contextId);
    const idle = pool.takeIdle(id);
    if (idle !== undefined) {
      idle.session.beginTurn(store);
      const warm = await this.#takeUp(idle, turn, setup);
      if (warm !== undefined) return warm;
    }
    await pool.whenEnded(id);
    const session = new Session(id, archives.open(id, store), folders, turn.workDir);
    await launcher.endLeftovers(session);
    const entries = await session.restore();
    const record = await session.readTurn();
    const plan = planTurn(turn, record, entries, instructions.id);
    if (plan.do === 'prompt' && record?.instructions !== instructions.id) await session.forgetPrompt(entries);
    return { session, plan, entries, setup };
  }

  /**
   * Takes an idle process for the turn when it lives, holds the whole conversation, works in the turn's directory, and has the
   * newest instructions and skills; else ends it.
   */
  async #takeUp(idle: ClaudeProcess, turn: Turn, setup: ProcessSetup): Promise<Prepared | undefined> {
    const { session, workDir, instructionsId, skillsId } = idle;
    const { instructions, skills } = setup;
    let isTaken = false;
    try {
      if (turn.kind !== 'message' || instructionsId !== instructions.id || skillsId !== skills.id) return undefined;
      if (workDir !== turn.workDir || !(await session.isOurs())) return undefined;
      const plan = planMessage(turn, await session.readTurn(), instructions.id);
      isTaken = idle.isAlive;
      return isTaken ? { session, plan, warm: idle, entries: [], setup } : undefined;
    } finally {
      if (!isTaken) await this.#options.pool.end(idle);
    }
  }

  async #launch(
    { session, entries, setup }: Prepared,
    plan: WorkPlan,
    given: Pick<Launch, 'workDir' | 'mcp'>,
    signal: AbortSignal,
  ): Promise<ClaudeProcess> {
    const { pool, launcher } = this.#options;
    try {
      await pool.takePlace(signal);
    } catch (error) {
      throw signal.aborted ? canceledError(signal) : error;
    }
    try {
      return launcher.launch(session, {
        ...given,
        resume: entries.length > 0,
        start: startOf(plan),
        totals: savedTotals(entries),
        setup,
        instructionsId: plan.record.instructions,
      });
    } catch (error) {
      pool.leavePlace();
      throw error;
    }
  }

  async *#tellEnd(session: Session, plan: Exclude<TurnPlan, WorkPlan>): AsyncGenerator<TurnEvent> {
    yield { type: 'reset' };
    if (plan.do === 'replay') {
      yield* new EventTranslator().finish(plan.text, plan.reason);
      return;
    }
    const waiting = waitFor(plan.call, plan.record);
    await session.writeTurn(waiting);
    yield requestEvent(waiting.requestId, plan.call);
  }
}

function scopeOf(turn: Turn, plan: WorkPlan, signal: AbortSignal): TurnScope {
  const { taskId } = turn;
  if (plan.do !== 'decide') return { taskId, signal };
  const { call, decision } = plan;
  return { taskId, signal, answered: { call, decision } };
}
