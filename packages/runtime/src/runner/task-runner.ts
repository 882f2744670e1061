import { TaskState } from '@a2a-js/sdk';
import type { AbortReason, AgentEngine, Logger } from '@molecule/adapters';
import type { Clock } from '../platform/clock.js';
import { SYSTEM_CLOCK } from '../storage/clock.js';
import type { TaskRecord } from '../task-log/records.js';
import type { TaskLog } from '../task-log/task-log.js';
import { TaskLogError } from '../task-log/task-log-error.js';
import { canceledEvent, statusEvent } from './a2a-events.js';
import type { StopPolicy } from './ask-engine.js';
import { engineContext } from './engine-context.js';
import { LiveTurn, type RunControls } from './live-turn.js';
import type { RetryPolicy } from './retry-wait.js';
import { TurnAborted } from './run-attempt.js';
import { runTurn } from './run-turn.js';
import { missing, resultOf } from './stored-result.js';
import { type TurnIdentityAttributes, turnAttributes } from './turn-attributes.js';
import { TurnClock, type TurnLimits } from './turn-clock.js';
import { TurnLanes } from './turn-lanes.js';
import type { ObservedTurn, TurnObserver } from './turn-observer.js';
import type { TurnResult } from './turn-result.js';
import { watchClaim } from './watch-claim.js';

const STOPPED: AbortReason = { code: 'shutdown', message: 'The server stopped before the agent had answered.' };

/** How often a turn that another living process runs is looked at. */
const OTHER_MS = 250;

export interface TaskRunnerOptions {
  readonly log: TaskLog;
  readonly engine: AgentEngine;
  /** Names this life of this process; claims carry it. */
  readonly bootId: string;
  /** Whether the process of a boot id still lives. */
  readonly isAlive: (bootId: string) => boolean;
  readonly logger: Logger;
  /** How long a turn may take, waiting for its lane not counted. */
  readonly limits: TurnLimits;
  /** Default: one that nobody sets: a machine's time of day may jump. */
  readonly clock?: Clock;
  /** How many turns may wait in one context. */
  readonly queueLimit: number;
  readonly retry: RetryPolicy;
  /**
   * Whether recovery takes up a turn that the end of this process cuts short; asked when it ends. True in a workspace that
   * wants a durable engine, there or not at that moment, and when the adapter's turns may be repeated.
   */
  readonly leavesUnfinished: () => boolean;
  /** Ends what a new message takes back, before the engine sees that message. Default: nothing. */
  readonly withdrawQuestions?: (newer: TaskRecord) => Promise<void>;
  /** What spans tell of the workspace. */
  readonly identity: TurnIdentityAttributes;
  /** Default: nobody watches. */
  readonly observers?: readonly TurnObserver[];
}

/**
 * The one body of every path: direct, durable, recovered. It looks at the log first, claims the turn, and only then lets
 * the engine begin; a turn that runs here already is joined, and one that has ended is told from the log.
 */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #lanes: TurnLanes;
  readonly #live = new Map<string, LiveTurn>();
  #draining: AbortReason | undefined;
  #stopping = false;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.#lanes = new TurnLanes(options.queueLimit);
  }

  /** Turns that run or wait here. */
  activeTurns(): number {
    return this.#live.size;
  }

  isRunning(taskId: string): boolean {
    return this.#live.has(taskId);
  }

  /** True while a living process has claimed the task, or waits for its lane here. */
  isHeld({ taskId, runner }: Pick<TaskRecord, 'taskId' | 'runner'>): boolean {
    if (this.isRunning(taskId)) return true;
    const { bootId, isAlive } = this.#options;
    return runner !== undefined && runner !== bootId && isAlive(runner);
  }

  /** True when no further turn may be accepted for this owner's context. */
  isFull(owner: string, contextId: string): boolean {
    return this.#lanes.isFull(engineContext(owner, contextId));
  }

  /**
   * Runs a turn of a task that the log holds, or joins it.
   *
   * @throws {TurnAborted} with reason `shutdown` when the turn was handed over unfinished
   */
  async run(taskId: string, turn: number, controls: RunControls): Promise<TurnResult> {
    const live = this.#live.get(taskId);
    if (live && live.turn === turn) return live.join(controls);
    if (live) await live.result.catch(() => {});
    const running = this.#live.get(taskId);
    if (running) return this.run(taskId, turn, controls);
    const own = new LiveTurn(turn);
    this.#live.set(taskId, own);
    if (this.#draining) own.abort(this.#draining);
    // What asks again for a turn that was left to the next process must not begin it here.
    else if (this.#stopping && this.#options.leavesUnfinished()) own.abort(STOPPED);
    own.result = this.#begin(taskId, own, controls).finally(() => this.#live.delete(taskId));
    return own.join(controls);
  }

  /** Aborts a turn that runs or waits here. False: none does. */
  abort(taskId: string, reason: AbortReason): boolean {
    const live = this.#live.get(taskId);
    if (!live) return false;
    live.abort(reason);
    return true;
  }

  /** Waits for what runs, at most `graceMs`; then aborts it and waits for it to have stopped. */
  async drain(graceMs: number): Promise<void> {
    this.#stopping = true;
    const ended = () => Promise.allSettled([...this.#live.values()].map(({ result }) => result));
    if (this.#live.size > 0) await within(ended(), graceMs);
    this.#draining = STOPPED;
    for (const taskId of this.#live.keys()) this.abort(taskId, this.#draining);
    await ended();
  }

  async #begin(taskId: string, live: LiveTurn, controls: RunControls): Promise<TurnResult> {
    const { log } = this.#options;
    for (let known = controls.record; ; known = undefined) {
      const record = known ?? (await log.readForTurn.get(taskId));
      if (!record) return missing(taskId);
      const over = resultOf(record, live.turn);
      if (over) return over;
      const { runner } = record;
      // The lock outweighs what a durable engine believes: after an outage it may take a living process for dead.
      if (runner !== undefined && runner !== this.#options.bootId && this.#options.isAlive(runner)) {
        await this.#lookAgain(live);
        continue;
      }
      const result = await this.#inLane(record, live, controls);
      if (result) return result;
    }
  }

  /** Undefined: somebody else took the turn meanwhile; look again. */
  async #inLane(record: TaskRecord, live: LiveTurn, controls: RunControls): Promise<TurnResult | undefined> {
    const { signal } = live;
    const lane = engineContext(record.owner, record.contextId);
    const leave = await this.#lanes.enter(lane, signal).catch(() => undefined);
    if (!leave) return this.#notBegun(record, live, controls);
    try {
      return await this.#claimAndRun(record, live, controls);
    } catch (error) {
      if (error instanceof TurnAborted && error.reason.code === 'canceled') return this.#canceled(record);
      if (TaskLogError.is(error)) return undefined;
      throw error;
    } finally {
      leave();
    }
  }

  async #claimAndRun(record: TaskRecord, live: LiveTurn, controls: RunControls): Promise<TurnResult | undefined> {
    const { log, engine, retry, limits, clock = SYSTEM_CLOCK, observers = [] } = this.#options;
    const { durable } = controls;
    const claim = { turn: live.turn, runner: this.#options.bootId, fence: record.fence, durable };
    const metadata = record.attempt === 0 ? undefined : { 'molecule.attempt': record.attempt + 1 };
    const working = statusEvent(record, TaskState.TASK_STATE_WORKING, metadata && { metadata });
    const writer = await log.claim(record, claim, working);
    if (!writer) return undefined;
    const { taskId, contextId } = record;
    const logger = this.#options.logger.child({ taskId, contextId, turn: live.turn });
    logger.info('llm_call begins', { attempt: writer.attempt, durable });
    const observed: ObservedTurn = { taskId, contextId, text: record.input.userInput };
    const begun = performance.now();
    const abort = (reason: AbortReason) => live.abort(reason);
    const turnClock = new TurnClock(limits, clock, abort, () => writer.isHeld);
    const stopWatching = watchClaim(log, writer.record, abort, logger);
    for (const observer of observers) observer.began?.(observed);
    let result: TurnResult | undefined;
    try {
      if (live.turn === 1) await this.#options.withdrawQuestions?.(record);
      result = await runTurn({
        engine,
        writer,
        signal: live.signal,
        abort,
        retry,
        logger,
        onStuck: (stopped) => {
          for (const observer of observers) observer.stuck?.(observed, stopped);
        },
        clock: turnClock,
        stop: this.#stopPolicy,
        attributes: turnAttributes(this.#options.identity, record.input),
        ...(controls.checkpoint !== undefined &&
          record.checkpoint === undefined && { checkpoint: controls.checkpoint }),
        onCheckpoint: (state) => live.save(state),
      });
      logger.info('llm_call ended', {
        outcome: result.kind,
        attempt: writer.attempt,
        ms: Math.round(performance.now() - begun),
      });
      if (result.kind === 'failed') {
        await log.abandon(writer.record).catch((error: unknown) => {
          logger.warn('it could not be noted what the engine is to release', { error });
        });
      }
      return result;
    } catch (error) {
      await this.#letGo(writer.record);
      throw error;
    } finally {
      turnClock.stop();
      stopWatching();
      for (const observer of observers) observer.ended?.(observed, result);
    }
  }

  get #stopPolicy(): StopPolicy {
    return { stopping: () => this.#stopping, leavesUnfinished: this.#options.leavesUnfinished };
  }

  /** A turn that ends here without an outcome is anybody's, while this process lives on. */
  async #letGo(record: TaskRecord): Promise<void> {
    try {
      await this.#options.log.release(record);
    } catch (error) {
      this.#options.logger.warn('a claim could not be given back', { taskId: record.taskId, error });
    }
  }

  /** The signal was aborted while the turn still waited for its lane. */
  async #notBegun(record: TaskRecord, live: LiveTurn, controls: RunControls): Promise<TurnResult> {
    const reason = live.signal.reason as AbortReason;
    if (reason.code === 'canceled') return this.#canceled(record);
    await this.#letGo(record);
    // A turn that has not begun is taken up at the next boot, or by the durable engine, on either path.
    this.#options.logger.info('the turn is left for the next start', {
      taskId: record.taskId,
      durable: controls.durable,
    });
    throw new TurnAborted(reason);
  }

  /** The log knows of most cancels already; not of one that came through the durable engine. */
  async #canceled(record: TaskRecord): Promise<TurnResult> {
    await this.#options.log.settle(record.taskId, canceledEvent(record));
    return { kind: 'canceled' };
  }

  async #lookAgain(live: LiveTurn): Promise<void> {
    const { signal } = live;
    if (signal.aborted) throw new TurnAborted(signal.reason as AbortReason);
    await new Promise((resolve) => setTimeout(resolve, OTHER_MS));
  }
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
