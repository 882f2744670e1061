import type { AbortReason } from '@molecule/adapters';
import { monotonicClock, pause } from '../../support/clock.js';
import { within } from '../../support/wait.js';
import { BootLoss } from '../../tasks/boots.js';
import { engineContext } from '../../tasks/engine-context.js';
import { canceledEvent } from '../../tasks/events/a2a-events.js';
import type { LaneWait } from '../../tasks/log/claim-turn.js';
import type { TaskHead } from '../../tasks/log/records.js';
import { TaskLogError } from '../../tasks/task-log-error.js';
import { AdmittedPlaces, type AdmittedTurn } from '../admission/admitted-places.js';
import { type QueueRefusal, TurnQueue } from '../admission/turn-queue.js';
import { TurnAbortedError, throwIfAborted } from '../attempts/turn-aborted-error.js';
import type { AttemptPolicy } from '../attempts/turn-context.js';
import { claimInLane, isHeldElsewhere, waitForLane } from './claim-in-lane.js';
import type { RunControls } from './run-controls.js';
import { releaseClaim, runTurn } from './run-turn.js';
import { RunningTurn } from './running-turn.js';
import type { TurnEnvironment } from './turn-environment.js';
import { ELSEWHERE, isOver, missing, outcomeOf, STOPPED, SUPERSEDED, type TurnOutcome } from './turn-outcome.js';

/** How often the log is read for a turn that another living process runs. */
const OTHER_MS = 250;
type SlotOutcome = TurnOutcome | LaneWait | undefined;

/**
 * Runs the turns of one process, whether direct, durable or recovered: reads the log first, waits for its lane and its slot,
 * claims the turn, and only then calls the engine. A turn that runs here already is joined, and one that has ended is answered from the log.
 */
export class TurnRunner {
  readonly #environment: TurnEnvironment;
  readonly #queue: TurnQueue;
  readonly #places: AdmittedPlaces;
  readonly #boot: BootLoss;
  readonly #running = new Map<string, RunningTurn>();
  /** The ends of the turns that have begun, by lane. */
  readonly #inLane = new Map<string, Promise<void>>();
  readonly #policy: AttemptPolicy;
  #stopping = false;
  /** How many turns were left to other processes before they began; undefined: they begin here. */
  #left: number | undefined;
  /** True once the time in which turns may finish is over. */
  #aborting = false;

  constructor(environment: TurnEnvironment) {
    const { queue, retry, leavesUnfinished } = environment.rules;
    this.#environment = environment;
    this.#queue = new TurnQueue(queue);
    this.#places = new AdmittedPlaces(this.#queue);
    this.#boot = new BootLoss(environment.boots, () => this.#abortAll(SUPERSEDED));
    this.#policy = { retry, leavesUnfinished, stopping: () => this.#stopping };
  }

  /** Turns that run or wait here. */
  activeTurns(): number {
    return this.#running.size;
  }

  /** The present boot of this process. */
  get bootId(): string {
    return this.#environment.boots.id;
  }

  isRunning(taskId: string): boolean {
    return this.#running.has(taskId);
  }

  /** True while a living process has claimed the task, or its turn waits for its lane here. */
  async isHeld(head: Pick<TaskHead, 'taskId' | 'runner'>): Promise<boolean> {
    return this.isRunning(head.taskId) || (await isHeldElsewhere(this.#environment, head));
  }

  /** False while other processes may count this one as dead: no turn begins here, and no message may be accepted. */
  get hasBoot(): boolean {
    return !this.#boot.isLost;
  }

  /** The places of turns, of which there may be no more. */
  get queue(): TurnQueue {
    return this.#queue;
  }

  /** Why no turn may be accepted for this owner's context now, which is empty for a new one; undefined if one may. */
  refusalFor(owner: string, contextId: string): QueueRefusal | undefined {
    return this.#queue.refusalFor({ owner, lane: engineContext(owner, contextId) });
  }

  /** Takes a place for a turn that is about to be stored: the turn is then run, or its place is given up. */
  admit(turn: AdmittedTurn): QueueRefusal | undefined {
    // Other processes refuse no turn that is stored.
    const isFull = this.#left !== undefined && this.#left++ >= this.#environment.rules.queue.waiting;
    return isFull ? { full: 'server', retryAfterSeconds: 1 } : this.#places.admit(turn);
  }

  /** True for an admitted turn that need not wait. */
  hasSlot(taskId: string, turn: number): boolean {
    return !this.#stopping && this.#places.isRunning(taskId, turn);
  }

  /** The turn may begin in another process: meanwhile its place keeps no other turn waiting. */
  park(taskId: string, turn: number): void {
    this.#places.park(taskId, turn);
  }

  /** Gives the place of a turn up that does not run here. */
  giveUp(taskId: string, turn: number): void {
    this.#places.take(taskId, turn)?.leave();
  }

  /**
   * Runs a turn of a task that the log holds, or joins it.
   *
   * @throws {TurnAbortedError} `shutdown`: the turn was handed over unfinished; `superseded`: it is left to another process
   */
  async run(taskId: string, turn: number, controls: RunControls): Promise<TurnOutcome> {
    const running = this.#running.get(taskId);
    if (running?.turn === turn) return running.join(controls.signal);
    if (running) {
      await running.outcome.catch(() => {});
      return this.run(taskId, turn, controls);
    }
    const begun = new RunningTurn(turn, (own) => this.#begin(taskId, own, controls));
    this.#running.set(taskId, begun);
    return begun.join(controls.signal);
  }

  /** Resolves when no turn of the conversation runs here, not even one whose task has ended already. */
  async whenIdle({ owner, contextId }: Pick<TaskHead, 'owner' | 'contextId'>): Promise<void> {
    const lane = engineContext(owner, contextId);
    for (let turn = this.#inLane.get(lane); turn; turn = this.#inLane.get(lane)) await turn;
  }

  /** Aborts the task's turn that runs or waits here, if there is one. */
  abort(taskId: string, reason: AbortReason): void {
    this.#running.get(taskId)?.abort(reason);
  }

  /**
   * Waits for the turns, at most `graceMs`; then aborts them and waits until they have stopped.
   *
   * @param others other processes of the workspace run turns: they get those that do not run here, also those that are admitted later
   */
  async drain(graceMs: number, others = false): Promise<void> {
    this.#stopping = true;
    if (others) {
      this.#left = 0;
      for (const running of this.#running.values()) running.leave(STOPPED);
    }
    const ended = () => Promise.allSettled([...this.#running.values()].map(({ outcome }) => outcome));
    if (this.#running.size > 0) await within(ended(), graceMs, () => {});
    this.#aborting = true;
    this.#abortAll(STOPPED);
    await ended();
  }

  #abortAll(reason: AbortReason): void {
    for (const running of this.#running.values()) running.abort(reason);
  }

  async #begin(taskId: string, running: RunningTurn, controls: RunControls): Promise<TurnOutcome> {
    // A turn that was left to the next process must not begin here again.
    if (this.#boot.isLost) running.abort(SUPERSEDED);
    else if (this.#aborting || (this.#stopping && this.#policy.leavesUnfinished())) running.abort(STOPPED);
    else if (this.#left !== undefined) running.leave(STOPPED);
    try {
      return await this.#followLog(taskId, running, controls);
    } finally {
      this.#running.delete(taskId);
      this.giveUp(taskId, running.turn);
    }
  }

  /** Reads the log, and runs the turn unless it has ended or another process runs it, until there is an outcome. */
  async #followLog(taskId: string, running: RunningTurn, controls: RunControls): Promise<TurnOutcome> {
    const { log } = this.#environment;
    for (let { head: known, writer } = controls; ; known = writer = undefined) {
      const head = known ?? (await log.readForTurn.head(taskId));
      if (!head) return missing(taskId);
      if (isOver(head, running.turn)) {
        const record = await log.readForTurn.get(taskId);
        const ended = record && outcomeOf(record, running.turn);
        if (ended) return ended;
      }
      // The lock counts more than Temporal's view, which may take a living process for dead after an outage.
      if (await isHeldElsewhere(this.#environment, head)) {
        throwIfAborted(running.waitSignal);
        if (controls.onlyHere === true) throw new TurnAbortedError(ELSEWHERE);
        await pause(monotonicClock, OTHER_MS, running.waitSignal);
        continue;
      }
      const outcome = await this.#runInLane(head, running, { durable: controls.durable, writer });
      if (outcome) return outcome;
    }
  }

  /** Undefined: another process claimed the turn meanwhile, so the log must be read again. */
  async #runInLane(head: TaskHead, running: RunningTurn, controls: RunControls): Promise<TurnOutcome | undefined> {
    const { taskId, owner, contextId, accepted } = head;
    const lane = engineContext(owner, contextId);
    // A claimed turn has begun: it ends as one that was aborted.
    const signal = controls.writer ? running.signal : running.waitSignal;
    const place = this.#places.take(taskId, running.turn) ?? this.#queue.enter({ owner, lane, since: accepted });
    try {
      for (;;) {
        const mayBegin = await place.begin(signal, accepted);
        if (!mayBegin && !controls.writer) return await this.#notBegun(head, running);
        const outcome = await this.#runInSlot(head, running, controls, lane);
        if (!outcome || !('behind' in outcome)) return outcome;
        place.hold();
        await waitForLane(this.#environment, outcome.behind, signal);
      }
    } finally {
      place.leave();
    }
  }

  async #runInSlot(head: TaskHead, running: RunningTurn, controls: RunControls, lane: string): Promise<SlotOutcome> {
    const { durable, writer } = controls;
    const ended = Promise.withResolvers<void>();
    this.#inLane.set(lane, ended.promise);
    try {
      const claimed = writer ? { writer } : await claimInLane(this.#environment, head, running.turn, durable);
      if (claimed && 'behind' in claimed) return claimed;
      if (claimed) return await runTurn(this.#environment, running, claimed.writer, this.#policy);
      await this.#environment.conversations?.whenRefused(head);
      return undefined;
    } catch (error) {
      if (error instanceof TurnAbortedError && error.reason.code === 'canceled') return this.#canceled(head);
      if (TaskLogError.is(error)) return undefined;
      throw error;
    } finally {
      this.#inLane.delete(lane);
      ended.resolve();
    }
  }

  /** The turn was aborted while it waited for its lane or its slot. */
  async #notBegun(head: TaskHead, { waitSignal }: RunningTurn): Promise<TurnOutcome> {
    const reason = waitSignal.reason as AbortReason;
    if (reason.code === 'canceled') return this.#canceled(head);
    await releaseClaim(this.#environment, head);
    this.#environment.logger.info('a turn that has not begun is left to recovery', { taskId: head.taskId });
    throw new TurnAbortedError(reason);
  }

  /** The log has most cancels already, but not one that came through Temporal. */
  async #canceled(head: TaskHead): Promise<TurnOutcome> {
    await this.#environment.log.settle(head.taskId, canceledEvent(head));
    return { kind: 'canceled' };
  }
}
