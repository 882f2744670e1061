import type { AbortReason, Logger } from '@molecule/adapters';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { RunOutcome } from '../contract/run-outcome.js';
import { TurnHandedOver } from '../errors/turn-handed-over.js';
import type { LinkSupervisor } from '../link/link-supervisor.js';
import type { OpenLink } from '../link/open-link.js';
import type { SubmittedTurn } from '../link/submit-turn.js';
import type { LiveTask } from '../live/live-task.js';
import type { TurnStarter } from '../live/turn-starter.js';
import type { TemporalSettings } from '../settings/settings.js';
import { bounded, TimedOut } from '../support/bounded.js';
import { errorDetail } from '../support/error-detail.js';
import { PendingStarts } from './pending-starts.js';
import { StartQueue } from './start-queue.js';

/** The reason of a turn that was canceled. */
export const CANCELED: AbortReason = { code: 'canceled', message: 'The task was canceled.' };

/** What a caller is told when a turn has no better error. Details are in the log. */
const UNKNOWN_FAILURE = 'The turn failed.';

/** How a turn is to be given to Temporal. */
export interface RunOptions {
  /**
   * True: the body runs the turn already, under a claim of its own. Nobody waits for Temporal then, so its start may
   * take its time. Default false: the turn begins at the acknowledgement.
   */
  readonly begun?: boolean;
}

/** Gives each turn to Temporal when it can, and an outcome to its caller in every case. */
export class TurnRunner {
  readonly #starts = new PendingStarts();
  readonly #queue = new StartQueue();

  constructor(
    private readonly supervisor: LinkSupervisor,
    private readonly starter: TurnStarter,
    private readonly settings: TemporalSettings,
    private readonly logger: Logger,
  ) {}

  async run(input: AgentTaskInput, { begun = false }: RunOptions = {}): Promise<RunOutcome> {
    const running = this.starter.registry.find(input.taskId, input.turn);
    if (running) return this.#outcomeOf(running);
    const link = this.supervisor.available;
    return link ? this.#runDurably(link, input, begun) : this.#runDirectly(input);
  }

  get pendingStarts(): number {
    return this.#starts.size;
  }

  /** Cancels a turn whose start is on its way to Temporal, and waits until that has arrived. False: there is none. */
  cancelPending(taskId: string): Promise<boolean> {
    return this.#starts.cancel(taskId);
  }

  async #runDurably(link: OpenLink, input: AgentTaskInput, begun: boolean): Promise<RunOutcome> {
    const start = this.#starts.begin(input.taskId);
    const excess = await link.excess(input);
    const turn = excess === undefined ? await this.#submit(link, input, begun) : undefined;
    start[Symbol.dispose]();
    if (excess !== undefined) return this.#refuse(input, excess);
    if (!turn) return this.#runDirectly(input, start.canceled);
    const task = turn.here ? this.#begin(link, turn, input) : this.starter.registry.find(input.taskId, input.turn);
    if (start.canceled) task?.abort(CANCELED);
    return task ? this.#outcomeOfDurable(link, turn, task) : this.#outcomeElsewhere(link, turn, input);
  }

  /** Undefined: Temporal did not take the turn. */
  async #submit(link: OpenLink, input: AgentTaskInput, begun: boolean): Promise<SubmittedTurn | undefined> {
    const { startTimeoutMs, patientStartTimeoutMs } = this.settings;
    // Nobody waits for the start of a turn that runs: the link's own look at Temporal tells soon enough of an outage.
    const alive = begun ? undefined : this.#answersMeanwhile(link);
    try {
      const turn = begun
        ? await this.#inQueue(link, input, patientStartTimeoutMs, Number.POSITIVE_INFINITY)
        : await bounded(
            this.#inQueue(link, input, startTimeoutMs, performance.now() + startTimeoutMs),
            startTimeoutMs,
            'starting the workflow',
          );
      this.supervisor.succeeded();
      return turn;
    } catch (error) {
      // A process that stops takes its starts back; the next one sends them.
      const level = this.supervisor.stopping ? 'debug' : 'warn';
      this.logger[level]('Temporal did not take the task; it runs directly', {
        taskId: input.taskId,
        error: errorDetail(error),
      });
      const silent = alive !== undefined && !alive.answered() && !link.isRefusal(error);
      // Without its namespace a server answers every sign of life, and takes no task.
      if (silent || link.isNoAccess(error)) this.supervisor.trip(error);
      return undefined;
    } finally {
      alive?.forget();
    }
  }

  #inQueue(link: OpenLink, input: AgentTaskInput, timeoutMs: number, notAfter: number): Promise<SubmittedTurn> {
    return this.#queue.send(
      () => {
        if (this.supervisor.available !== link) throw new Error('Temporal has gone meanwhile.');
        if (performance.now() > notAfter) throw new TimedOut('a place for the start', timeoutMs);
        return link.submit(input, timeoutMs);
      },
      async ({ here }) => {
        if (here) await (await this.starter.registry.arrival(input.taskId, input.turn)).firstAttended;
      },
    );
  }

  #begin(link: OpenLink, turn: SubmittedTurn, input: AgentTaskInput): LiveTask {
    const task = this.starter.join(input, { durable: true });
    link.watch(turn, task);
    return task;
  }

  /**
   * Asks the server for a sign of life when a start takes half of its time: one that is merely slow with this start must
   * not lose the other tasks.
   */
  #answersMeanwhile(link: OpenLink): { answered(): boolean; forget(): void } {
    let answered = false;
    const ask = async () => {
      try {
        await link.ping();
        answered = true;
      } catch (error) {
        this.logger.debug('Temporal gives no sign of life', { error: errorDetail(error) });
      }
    };
    const timer = setTimeout(ask, this.settings.startTimeoutMs / 2);
    return { answered: () => answered, forget: () => clearTimeout(timer) };
  }

  /** The body claims the turn in the task log first, so a workflow that was started all the same finds it claimed. */
  #runDirectly(input: AgentTaskInput, canceled = false): Promise<RunOutcome> {
    const task = this.starter.join(input, { durable: false });
    if (canceled) task.abort(CANCELED);
    return this.#outcomeOf(task);
  }

  async #outcomeOf(task: LiveTask): Promise<RunOutcome> {
    try {
      const result = await task.result;
      return { mode: modeOf(task), result };
    } catch (error) {
      return this.#withoutResult(task, error);
    }
  }

  async #outcomeOfDurable(link: OpenLink, turn: SubmittedTurn, task: LiveTask): Promise<RunOutcome> {
    try {
      const result = await task.result;
      if (task.abortReason?.code !== 'superseded') return { mode: 'durable', result };
    } catch (error) {
      // The body may have ended it for the stop by itself. To wait for its end elsewhere would hold the stop up.
      const stops = task.abortReason?.code === 'shutdown' || this.supervisor.stopping;
      if (TurnHandedOver.is(error) && stops) return this.#withoutResult(task, error);
    }
    // Another process has the turn, or Temporal tries it again: the end of the workflow is the turn's end.
    return this.#outcomeElsewhere(link, turn, task.input);
  }

  /** The turn begins here when its activity arrives, or ends in another process; whichever is known first. */
  async #outcomeElsewhere(link: OpenLink, turn: SubmittedTurn, input: AgentTaskInput): Promise<RunOutcome> {
    const arrived = this.starter.registry.arrival(input.taskId, input.turn).then((task) => this.#outcomeOf(task));
    const known = new AbortController();
    const ended = link.result(turn, known.signal).then((result): RunOutcome => ({ mode: 'durable', result }));
    try {
      return await Promise.race([arrived, ended]);
    } catch (error) {
      if (this.supervisor.stopping) {
        return { mode: 'durable', result: failed(new TurnHandedOver().message), handedOver: true };
      }
      // The body looks at the task log first: it gives the stored result, or joins, or claims what nobody holds.
      this.logger.warn('Temporal cannot say how the turn ends', { taskId: input.taskId, error: errorDetail(error) });
      return this.#runDirectly(input);
    } finally {
      known.abort();
      this.starter.registry.dropArrival(input.taskId, input.turn);
    }
  }

  #withoutResult(task: LiveTask, error: unknown): RunOutcome {
    const { taskId, turn } = task.input;
    if (TurnHandedOver.is(error)) {
      return { mode: modeOf(task), result: failed(error.message), handedOver: true };
    }
    this.logger.error('turn ended without a result', { taskId, turn, error: errorDetail(error) });
    return { mode: modeOf(task), result: failed(UNKNOWN_FAILURE) };
  }

  #refuse(input: AgentTaskInput, bytes: number): RunOutcome {
    const error = `TASK_INPUT_TOO_LARGE: the task's input takes ${bytes} bytes, and at most ${this.settings.maxPayloadBytes} are allowed. Send less, or send files by URL.`;
    this.logger.warn(error, { taskId: input.taskId });
    return { mode: 'durable', result: failed(error), refused: 'TASK_INPUT_TOO_LARGE' };
  }
}

function modeOf(task: LiveTask): RunOutcome['mode'] {
  return task.durable ? 'durable' : 'direct';
}

function failed(error: string): RunOutcome['result'] {
  return { finalText: '', success: false, error };
}
