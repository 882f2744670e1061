import type { AbortReason, Logger } from '@molecule/adapters';
import type { RunMode, RunOutcome } from '../contract/run-outcome.js';
import type { TurnInput } from '../contract/turn-input.js';
import { TurnHandedOverError } from '../errors/turn-handed-over-error.js';
import type { LinkSupervisor } from '../link/link-supervisor.js';
import type { OpenLink } from '../link/open-link.js';
import type { SubmittedTurn } from '../link/submit-turn.js';
import type { LocalTurn } from '../local/local-turn.js';
import type { LocalTurns } from '../local/local-turns.js';
import type { WrapperSettings } from '../settings/settings.js';
import { errorDetail } from '../support/error-detail.js';
import { bounded, TimedOutError } from '../support/wait.js';
import { PendingStarts } from './pending-starts.js';
import { StartQueue } from './start-queue.js';

/** Abort reason of a turn that was canceled. */
export const CANCELED: AbortReason = { code: 'canceled', message: 'The task was canceled.' };

/** Text for the caller of a turn that has no better error; details are in the log. */
const UNKNOWN_FAILURE = 'The turn failed.';

/** How a turn is given to Temporal. */
export interface RunOptions {
  /**
   * True if the body already runs the turn, under a claim of its own. The caller then does not wait for Temporal, so the start may
   * take longer. Default false: the turn begins when Temporal has acknowledged it.
   */
  readonly begun?: boolean;
}

/** Gives each turn to Temporal if it is available, runs it directly otherwise, and returns an outcome in each case. */
export class TurnRouter {
  readonly #supervisor: LinkSupervisor;
  readonly #turns: LocalTurns;
  readonly #settings: WrapperSettings;
  readonly #logger: Logger;
  readonly #starts = new PendingStarts();
  readonly #queue = new StartQueue();

  constructor(supervisor: LinkSupervisor, turns: LocalTurns, settings: WrapperSettings, logger: Logger) {
    this.#supervisor = supervisor;
    this.#turns = turns;
    this.#settings = settings;
    this.#logger = logger;
  }

  async run(input: TurnInput, { begun = false }: RunOptions = {}): Promise<RunOutcome> {
    const running = this.#turns.find(input);
    if (running) return this.#outcomeOf(running);
    const link = this.#supervisor.available;
    return link ? this.#runDurably(link, input, begun) : this.#runDirectly(input);
  }

  get pendingStarts(): number {
    return this.#starts.size;
  }

  /** Cancels a turn whose start is under way to Temporal, and waits until it has arrived. False: there is none. */
  cancelPending(taskId: string): Promise<boolean> {
    return this.#starts.cancel(taskId);
  }

  async #runDurably(link: OpenLink, input: TurnInput, begun: boolean): Promise<RunOutcome> {
    const start = this.#starts.begin(input.taskId);
    const excess = await link.excess(input);
    const submitted = excess === undefined ? await this.#submit(link, input, begun) : undefined;
    start[Symbol.dispose]();
    if (excess !== undefined) return this.#refuse(input, excess);
    if (!submitted) return this.#runDirectly(input, start.canceled);
    const turn = submitted.here ? this.#begin(link, submitted, input) : this.#turns.find(input);
    if (start.canceled) turn?.abort(CANCELED);
    return turn ? this.#outcomeOfDurable(link, submitted, turn) : this.#outcomeElsewhere(link, submitted, input);
  }

  /** Undefined: Temporal did not accept the turn. */
  async #submit(link: OpenLink, input: TurnInput, begun: boolean): Promise<SubmittedTurn | undefined> {
    const { startTimeoutMs, patientStartTimeoutMs } = this.#settings;
    // No caller waits for the start of a turn that runs already: the link's health check notices an outage early enough.
    const alive = begun ? undefined : this.#pingMeanwhile(link);
    try {
      const submitted = begun
        ? await this.#inQueue(link, input, patientStartTimeoutMs, Number.POSITIVE_INFINITY)
        : await bounded(
            this.#inQueue(link, input, startTimeoutMs, performance.now() + startTimeoutMs),
            startTimeoutMs,
            'starting the workflow',
          );
      this.#supervisor.succeeded();
      return submitted;
    } catch (error) {
      // A process that stops aborts its starts, and the next one sends them again.
      const level = this.#supervisor.stopping ? 'debug' : 'warn';
      const fields = { taskId: input.taskId, error: errorDetail(error) };
      this.#logger[level]('Temporal did not accept the task; it runs directly', fields);
      const silent = alive !== undefined && !alive.answered() && !link.isRefusal(error);
      // A server without the namespace answers every ping but accepts no turn.
      if (silent || link.isNoAccess(error)) this.#supervisor.trip(error);
      return undefined;
    } finally {
      alive?.stop();
    }
  }

  #inQueue(link: OpenLink, input: TurnInput, timeoutMs: number, notAfter: number): Promise<SubmittedTurn> {
    return this.#queue.send(
      () => {
        if (this.#supervisor.available !== link) throw new Error('Temporal has become unavailable meanwhile.');
        if (performance.now() > notAfter) throw new TimedOutError('a place for the start', timeoutMs);
        return link.submit(input, timeoutMs);
      },
      async ({ here }) => {
        if (here) await (await this.#turns.arrival(input)).firstAttended;
      },
    );
  }

  #begin(link: OpenLink, submitted: SubmittedTurn, input: TurnInput): LocalTurn {
    const turn = this.#turns.join(input, { durable: true });
    link.watch(submitted, turn);
    return turn;
  }

  /** Pings the server when a start takes half of its time: if it is only slow with this start, others still go to it. */
  #pingMeanwhile(link: OpenLink): { answered(): boolean; stop(): void } {
    let answered = false;
    const ping = async () => {
      try {
        await link.ping();
        answered = true;
      } catch (error) {
        this.#logger.debug('Temporal does not answer a ping', { error: errorDetail(error) });
      }
    };
    const timer = setTimeout(ping, this.#settings.startTimeoutMs / 2);
    return { answered: () => answered, stop: () => clearTimeout(timer) };
  }

  /** The body claims the turn in the task log first, so a workflow that was started after all finds it claimed. */
  #runDirectly(input: TurnInput, canceled = false): Promise<RunOutcome> {
    const turn = this.#turns.join(input, { durable: false });
    if (canceled) turn.abort(CANCELED);
    return this.#outcomeOf(turn);
  }

  async #outcomeOf(turn: LocalTurn): Promise<RunOutcome> {
    try {
      const result = await turn.result;
      return { kind: 'ended', mode: modeOf(turn), result };
    } catch (error) {
      return this.#withoutResult(turn, error);
    }
  }

  async #outcomeOfDurable(link: OpenLink, submitted: SubmittedTurn, turn: LocalTurn): Promise<RunOutcome> {
    try {
      const result = await turn.result;
      if (turn.abortReason?.code !== 'superseded') return { kind: 'ended', mode: 'durable', result };
    } catch (error) {
      // The body may have handed the turn over by itself. A process that stops must not wait for its end elsewhere.
      const stops = turn.abortReason?.code === 'shutdown' || this.#supervisor.stopping;
      if (TurnHandedOverError.is(error) && stops) return this.#withoutResult(turn, error);
    }
    // Another process has the turn, or Temporal starts another attempt: the workflow's end is the turn's end.
    return this.#outcomeElsewhere(link, submitted, turn.input);
  }

  /** The turn begins here when its activity arrives, or ends in another process; whichever comes first. */
  async #outcomeElsewhere(link: OpenLink, submitted: SubmittedTurn, input: TurnInput): Promise<RunOutcome> {
    const arrived = this.#turns.arrival(input).then((turn) => this.#outcomeOf(turn));
    const known = new AbortController();
    const ended = link
      .result(submitted, known.signal)
      .then((result): RunOutcome => ({ kind: 'ended', mode: 'durable', result }));
    try {
      return await Promise.race([arrived, ended]);
    } catch (error) {
      if (this.#supervisor.stopping) return { kind: 'handed-over', mode: 'durable' };
      // The body reads the task log first: it returns the stored result, joins the turn, or claims it.
      const fields = { taskId: input.taskId, error: errorDetail(error) };
      this.#logger.warn('the end of a turn could not be read from Temporal', fields);
      return this.#runDirectly(input);
    } finally {
      known.abort();
      this.#turns.dropArrival(input);
    }
  }

  #withoutResult(turn: LocalTurn, error: unknown): RunOutcome {
    const { input } = turn;
    const mode = modeOf(turn);
    if (TurnHandedOverError.is(error)) return { kind: 'handed-over', mode };
    const fields = { taskId: input.taskId, turn: input.turn, error: errorDetail(error) };
    this.#logger.error('turn ended without a result', fields);
    return { kind: 'ended', mode, result: { finalText: '', success: false, error: UNKNOWN_FAILURE } };
  }

  #refuse(input: TurnInput, bytes: number): RunOutcome {
    const message = `TASK_INPUT_TOO_LARGE: the task's input takes ${bytes} bytes, and at most ${this.#settings.maxPayloadBytes} are allowed. Send less, or send files by URL.`;
    this.#logger.warn(message, { taskId: input.taskId });
    return { kind: 'refused', code: 'TASK_INPUT_TOO_LARGE', message };
  }
}

function modeOf(turn: LocalTurn): RunMode {
  return turn.durable ? 'durable' : 'direct';
}
