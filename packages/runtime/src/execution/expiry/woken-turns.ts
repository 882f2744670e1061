import type { Logger } from '@molecule/adapters';
import type { DueWake } from '../../tasks/log/steps/turn-wakes.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import { inPlace } from '../turns/in-place.js';
import type { TurnDispatcher } from '../turns/turn-dispatcher.js';
import type { TurnRunner } from '../turns/turn-runner.js';

/** How often the log is asked for turns whose time has come: one may begin this much later. */
const SWEEP_MS = 1_000;

export interface WokenTurnsOptions {
  readonly log: TaskLog;
  readonly runner: TurnRunner;
  readonly dispatcher: TurnDispatcher;
  readonly logger: Logger;
  /** Milliseconds since 1970. Default: the time of day. */
  readonly now?: () => number;
}

/** Begins the turns that were put away for a time. Every process of the workspace does this: of several, the log lets one. */
export class WokenTurns {
  readonly #options: WokenTurnsOptions;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(options: WokenTurnsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  /** Resolves when the present sweep has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Begins those whose time has come. Never rejects. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { log, logger, now = () => Date.now() } = this.#options;
    try {
      for (const due of await log.wakes.due(now())) await this.#begin(due);
    } catch (error) {
      // The log of the storage says so, too, and the next sweep tries again.
      logger.debug('turns that were put away could not be read or begun', { error });
    }
  }

  /** If there is no place for the turn now, the next sweep tries again. */
  async #begin(due: DueWake): Promise<void> {
    const { log, runner, logger } = this.#options;
    const { taskId, turn } = due;
    const head = await log.read.head(taskId);
    const isDue = head && !head.terminal && head.turn === turn;
    if (!isDue) {
      await log.wakes.take(due, runner.bootId);
      return;
    }
    if (!runner.hasBoot || runner.admit({ ...head, turn })) return;
    await inPlace(this.#options, due, async (dispatch) => {
      const taken = await log.wakes.take(due, runner.bootId);
      if (!taken) return;
      logger.info('the time of a turn has come, and it goes on', { taskId, turn });
      dispatch(taken);
    });
  }
}
