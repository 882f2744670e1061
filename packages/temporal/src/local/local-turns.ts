import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonValue, Logger } from '@molecule/adapters';
import type { TurnBody } from '../contract/turn-body.js';
import type { TurnInput } from '../contract/turn-input.js';
import { LocalTurn, type LocalTurnStart } from './local-turn.js';

/**
 * How long an ended turn can be joined if its workflow does not end it earlier: enough for an activity that is dispatched late.
 * Afterwards the body answers from its own store.
 */
const KEEP_ENDED_MS = 60_000;

/** Four times what an engine may save. Larger heartbeats are refused by Temporal, which then fails the attempt. */
const LARGEST_CHECKPOINT_BYTES = 256 * 1024;

interface Entry {
  readonly turn: LocalTurn;
  timer?: NodeJS.Timeout;
}

/** The turns that run in this process or ended a moment ago. Starts each turn at most once at a time. */
export class LocalTurns {
  readonly #body: TurnBody;
  readonly #logger: Logger;
  readonly #entries = new Map<string, Entry>();
  readonly #arrivals = new Map<string, PromiseWithResolvers<LocalTurn>>();
  // A turn must not inherit its caller's asynchronous context: that of an activity is aborted with the activity.
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(body: TurnBody, logger: Logger) {
    this.#body = body;
    this.#logger = logger;
  }

  /** The turn as it runs in this process; starts it if it does not. */
  join(input: TurnInput, start: LocalTurnStart): LocalTurn {
    const running = this.find(input);
    if (running) {
      if (start.durable) running.durable = true;
      return running;
    }
    const turn = this.#outside(() => this.#start(input, start));
    const key = keyOf(input);
    this.#entries.set(key, { turn });
    this.#arrivals.get(key)?.resolve(turn);
    this.#arrivals.delete(key);
    turn.result.then(
      () => this.#keepForAWhile(turn),
      () => this.forget(turn),
    );
    return turn;
  }

  find(input: TurnInput): LocalTurn | undefined {
    return this.#entries.get(keyOf(input))?.turn;
  }

  /** Drops a turn that has ended. */
  forget(turn: LocalTurn): void {
    const entry = this.#entries.get(keyOf(turn.input));
    if (entry?.turn !== turn) return;
    clearTimeout(entry.timer);
    this.#entries.delete(keyOf(turn.input));
  }

  /** Resolves with the turn as soon as it runs in this process, which may be never. */
  arrival(input: TurnInput): Promise<LocalTurn> {
    const running = this.find(input);
    if (running) return Promise.resolve(running);
    const waiting = this.#arrivals.get(keyOf(input)) ?? Promise.withResolvers<LocalTurn>();
    this.#arrivals.set(keyOf(input), waiting);
    return waiting.promise;
  }

  /** Drops the callers that wait for the arrival of a turn that runs elsewhere. */
  dropArrival(input: TurnInput): void {
    this.#arrivals.delete(keyOf(input));
  }

  /** Turns that have not ended. */
  unsettled(): LocalTurn[] {
    return [...this.#entries.values()].map(({ turn }) => turn).filter(({ settled }) => !settled);
  }

  /** Turns of one task that have not ended. */
  unsettledOf(taskId: string): LocalTurn[] {
    return this.unsettled().filter(({ input }) => input.taskId === taskId);
  }

  #start(input: TurnInput, start: LocalTurnStart): LocalTurn {
    this.#logger.debug('turn begins', { taskId: input.taskId, turn: input.turn, durable: start.durable });
    return new LocalTurn(input, start, async (turn) => {
      // The body must not run before the turn's constructor has returned.
      await null;
      return this.#body.run(input, {
        signal: turn.signal,
        ...start,
        heartbeat: (checkpoint) => this.#save(turn, checkpoint),
      });
    });
  }

  #save(turn: LocalTurn, checkpoint: JsonValue): void {
    const bytes = Buffer.byteLength(JSON.stringify(checkpoint));
    if (bytes <= LARGEST_CHECKPOINT_BYTES) {
      turn.save(checkpoint);
      return;
    }
    const { taskId } = turn.input;
    const fields = { taskId, bytes, limit: LARGEST_CHECKPOINT_BYTES };
    this.#logger.warn('a checkpoint is too large and was dropped; the one before stays', fields);
  }

  #keepForAWhile(turn: LocalTurn): void {
    const entry = this.#entries.get(keyOf(turn.input));
    if (entry?.turn !== turn) return;
    entry.timer = setTimeout(() => this.forget(turn), KEEP_ENDED_MS);
    entry.timer.unref();
  }
}

function keyOf({ taskId, turn }: TurnInput): string {
  return `${taskId}#${turn}`;
}
