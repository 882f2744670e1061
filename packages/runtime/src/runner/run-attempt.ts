import {
  type AbortReason,
  type AgentEngine,
  EngineError,
  type FinishEvent,
  type InputRequiredEvent,
  type JsonValue,
  type Turn,
} from '@molecule/adapters';
import type { TurnClock } from './turn-clock.js';
import type { TurnRecorder } from './turn-recorder.js';

/** A checkpoint may weigh this much: it travels with every heartbeat. */
const CHECKPOINT_BYTES = 64 * 1024;
/** How long an engine may take to stop after an abort before the lane is given to the next turn without it. */
const STOP_MS = 10_000;

/** The signal of an attempt was aborted; `reason` says why. */
export class TurnAborted extends Error {
  readonly reason: AbortReason;
  constructor(reason: AbortReason) {
    super(reason.message);
    this.name = 'TurnAborted';
    this.reason = reason;
  }
}

export interface AttemptOptions {
  readonly engine: AgentEngine;
  readonly turn: Turn;
  readonly recorder: TurnRecorder;
  readonly signal: AbortSignal;
  readonly onCheckpoint: (state: JsonValue) => void;
  readonly clock: TurnClock;
  /** Called when the engine did not stop within ten seconds of an abort; `stopped` resolves when it has. */
  readonly onStuck: (stopped: Promise<void>) => void;
}

/** How an attempt ended. */
export interface AttemptEnding {
  readonly event: FinishEvent | InputRequiredEvent;
  /** Resolves when the engine has cleaned up behind the turn; the next turn of the context waits for it. */
  readonly stopped: Promise<void>;
}

/**
 * Lets the engine run a turn once, and records what it tells. When it throws, the engine has stopped.
 *
 * @throws {TurnAborted} when the signal was aborted; whatever the engine throws; EngineError `internal` when it breaks
 * the contract
 */
export async function runAttempt(options: AttemptOptions): Promise<AttemptEnding> {
  const { engine, turn, recorder, signal, clock } = options;
  throwIfAborted(signal);
  clock.heard();
  const events = engine
    .runTurn(turn, { signal, checkpoint: (state) => options.onCheckpoint(checked(state)) })
    [Symbol.asyncIterator]();
  const aborted = abortOf(signal);
  let exhausted = false;
  let hasBegun = false;
  try {
    for (;;) {
      const next = events.next();
      const result = await Promise.race([next, aborted.promise]);
      if (result === ABORTED) {
        // What the engine still says or throws no longer matters; that it has stopped does.
        next.catch(() => {});
        throw new TurnAborted(signal.reason as AbortReason);
      }
      if (result.done) {
        exhausted = true;
        throw new EngineError('internal', 'The agent ended its turn without an answer.');
      }
      const event = result.value;
      if (event.type === 'waiting') clock.stand();
      else if (event.type === 'started' && !hasBegun) clock.begins();
      else clock.heard();
      hasBegun ||= event.type !== 'waiting';
      if (event.type === 'finish' || event.type === 'input-required') {
        return { event, stopped: stop(events, options.onStuck) };
      }
      await recorder.accept(event);
      if (event.type !== 'waiting') clock.heard();
    }
  } catch (error) {
    if (!exhausted) await stop(events, options.onStuck);
    if (signal.aborted && !(error instanceof TurnAborted)) throw new TurnAborted(signal.reason as AbortReason);
    throw error;
  } finally {
    aborted.dispose();
  }
}

const ABORTED = Symbol('aborted');

function abortOf(signal: AbortSignal): { readonly promise: Promise<typeof ABORTED>; dispose(): void } {
  let onAbort = () => {};
  const promise = new Promise<typeof ABORTED>((resolve) => {
    onAbort = () => resolve(ABORTED);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return { promise, dispose: () => signal.removeEventListener('abort', onAbort) };
}

async function stop(events: AsyncIterator<unknown>, onStuck: (stopped: Promise<void>) => void): Promise<void> {
  // An engine may well throw while it is being stopped; the turn's outcome is known already.
  const stopped = Promise.resolve(events.return?.()).then(
    () => {},
    () => {},
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onStuck(stopped);
      resolve();
    }, STOP_MS);
  });
  await Promise.race([stopped, late]);
  clearTimeout(timer);
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new TurnAborted(signal.reason as AbortReason);
}

function checked(state: JsonValue): JsonValue {
  const bytes = Buffer.byteLength(JSON.stringify(state) ?? '');
  if (bytes <= CHECKPOINT_BYTES) return state;
  throw new EngineError('invalid-request', `A checkpoint may weigh ${CHECKPOINT_BYTES} bytes; this one has ${bytes}.`);
}
