import type { Logger } from '@molecule/adapters';
import type { Marks } from '../../tasks/team/marks.js';
import { UNOWNED } from '../../tasks/team/schema.js';
import type { TurnObserver } from '../../tasks/turn-observer.js';

/** Its number is another one whenever a process of the workspace has had work. */
const WORK = 'work';
/** The clock is looked at this often in an interval: so much sooner than it should, a prompt may be sent. */
const LOOKS = 20;
const SHORTEST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 10_000;

export interface IdlePromptOptions {
  /** The time without work after which the prompt is sent, in milliseconds. */
  readonly intervalMs: number;
  /** The number of turns that run or wait. */
  readonly activeTurns: () => number;
  readonly marks: Marks;
  /** Sends it. The same id again is the same prompt. */
  readonly send: (messageId: string) => Promise<unknown>;
  readonly logger: Logger;
}

/**
 * Measures how long the agent has been idle, in all processes of the workspace. A process that has work changes a number in the store. Each
 * measures by its own clock how long the number has been the same. The id of the prompt's message has the number in it: if several
 * processes send the prompt, it is one message.
 */
export class IdleClock implements TurnObserver {
  #worked = false;
  #look = () => {};

  began(): void {
    this.#touch();
  }

  ended(): void {
    this.#touch();
  }

  /** Sends the prompt whenever the agent has been idle for the interval, until it is stopped. */
  start(options: IdlePromptOptions): { stop(): void } {
    const lookMs = Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, options.intervalMs / LOOKS));
    const count = new IdleCount(options, () => {
      const worked = this.#worked;
      this.#worked = false;
      return worked || options.activeTurns() > 0;
    });
    let isLooking = false;
    let lookedAt = Number.NEGATIVE_INFINITY;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      lookedAt = performance.now();
      await count.look().catch((error: unknown) => options.logger.warn('the idle prompt could not be sent', { error }));
      isLooking = false;
    };
    // The other processes learn of work when it begins, and not at the next look.
    this.#look = () => {
      if (performance.now() - lookedAt >= lookMs) void look();
    };
    const timer = setInterval(() => void look(), lookMs);
    timer.unref();
    return {
      stop: () => {
        clearInterval(timer);
        this.#look = () => {};
      },
    };
  }

  #touch(): void {
    this.#worked = true;
    this.#look();
  }
}

/** How long the number of the last work has been the same. */
class IdleCount {
  readonly #options: IdlePromptOptions;
  readonly #takeWork: () => boolean;
  #number: number | undefined;
  #since = performance.now();

  /** @param takeWork true if this process has work, or has had some since the last call */
  constructor(options: IdlePromptOptions, takeWork: () => boolean) {
    this.#options = options;
    this.#takeWork = takeWork;
  }

  async look(): Promise<void> {
    const { marks, intervalMs, send } = this.#options;
    if (this.#takeWork()) return this.#next();
    const number = await marks.numberOf(WORK, UNOWNED);
    if (number !== this.#number) return this.#is(number);
    if (performance.now() - this.#since < intervalMs) return;
    this.#since = performance.now();
    await send(`idle-prompt-${number}`);
    await this.#next();
  }

  async #next(): Promise<void> {
    this.#is(await this.#options.marks.next(WORK, UNOWNED));
  }

  #is(number: number): void {
    this.#number = number;
    this.#since = performance.now();
  }
}
