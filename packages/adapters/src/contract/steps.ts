import type { InputRequest } from './input-request.js';
import type { FilePart } from './part.js';
import type { InputAnswer } from './turn.js';
import type { TurnEnd, TurnEvent } from './turn-event.js';

/** An event that does not end the turn. */
export type StepEvent = Exclude<TurnEvent, TurnEnd>;

/** How a step is run. */
export interface StepOptions {
  /**
   * Names the step by itself: it is found by this id wherever and whenever it is called, and is no part of the recorded sequence. For
   * steps whose order differs from one attempt to the next, such as tool calls that have an id of their own. Unique among the steps that
   * are called beside it; 1 to 200 characters. Default: the step is found by its name and its place.
   */
  readonly id?: string;
  /** How often the step is tried again after a failure, within the attempt of the turn. Default 0, because a second try may have a second effect. */
  readonly retries?: number;
  /** Milliseconds before the second try; doubled for each further one. Default 500. */
  readonly backoffMs?: number;
  /** The longest wait between two tries, in milliseconds. Default 30000. */
  readonly maxBackoffMs?: number;
}

/** What a step gets while it runs. */
export interface StepRun {
  /**
   * The same in every try and attempt, and of no other step: 36 characters. Send it as the idempotency key of whatever is called, so that
   * a call which took place, but was not recorded, has no second effect.
   */
  readonly key: string;
  /** 1 for the first try, 2 for the first retry, in each attempt of the turn. */
  readonly attempt: number;
  /** That of the turn. */
  readonly signal: AbortSignal;
  /** {@link TurnSteps.emit} of this step, for callbacks that have left it. */
  emit(event: StepEvent): Promise<void>;
}

/** What a person is asked for by {@link TurnSteps.ask}. The runtime makes its `requestId`. */
export type AskRequest = Omit<InputRequest, 'requestId' | 'request'> & {
  /** Default `approval` if there is a `tool`, otherwise `question`. An approval without `choices` offers Approve and Reject. */
  readonly request?: InputRequest['request'];
};

/** The answer to {@link TurnSteps.ask}. */
export interface AskAnswer extends Omit<InputAnswer, 'requestId' | 'parts'> {
  /** The files of the message that answers, of which each has a `path` in `turn.workDir`; absent if it has none. */
  readonly files?: readonly FilePart[];
  /** What the chosen answer means: true for one that approves, false for one that rejects; absent if it is neither. */
  readonly approved?: boolean;
}

/**
 * Durable steps. The code of the turn runs from its beginning in each attempt, and each step that was recorded gives its recorded result
 * instead of running again. So the code must call the same steps in the same order each time: what differs from one run to the next (the
 * time, chance, what others have changed) belongs into a step.
 */
export interface TurnSteps {
  /**
   * Runs `work` once, and records its result in the task log together with the events that it emitted: in every later attempt of the turn,
   * in any process, the recorded result is returned and `work` does not run. A step whose process died before its result was recorded runs again,
   * with the same `key`.
   *
   * Steps may run at the same time and inside each other. A name may be used again: the first step of a name is another one than the second.
   * Steps of branches that run at the same time differ by their names only, so give each branch a step of its own, and its steps
   * inside of that.
   *
   * The result is what its JSON says, also the first time: at most 64 MiB. A failure is recorded and thrown in later attempts, too, unless it
   * is an `EngineError` with `retryable`: such a step runs again in the next attempt.
   *
   * @param name for logs and errors; 1 to 200 characters
   * @throws what `work` throws after its last try
   * @throws {EngineError} `steps-changed` if other steps were recorded at this place; `canceled` if the turn was aborted meanwhile
   */
  step<Result>(name: string, work: (run: StepRun) => Promise<Result> | Result): Promise<Result>;
  step<Result>(name: string, options: StepOptions, work: (run: StepRun) => Promise<Result> | Result): Promise<Result>;
  /**
   * Asks a person. The turn ends, and the task waits for the answer, perhaps for days. The turn then begins again, in any process, and this call
   * returns the answer. Questions that are asked at the same time are one, with several requests. What runs beside is awaited if it is a step,
   * and otherwise ended.
   *
   * @throws {EngineError} `canceled` when the turn ends for the answer: let it pass
   */
  ask(request: AskRequest): Promise<AskAnswer>;
  /**
   * Waits until a time, as a step: the time is recorded, so that a later attempt waits for what is left of it. If it is more than a
   * minute away, the turn is put away, holds no process, and begins again in any process when the time has come, a second later at most.
   * Other messages of the conversation are answered meanwhile. Beside an open question it ends no earlier than the answer.
   *
   * @param until milliseconds from now, or the time
   * @throws {EngineError} `canceled` when the turn is put away: let it pass
   */
  sleep(until: number | Date): Promise<void>;
  /**
   * The same as yielding the event. Inside of a step: words (`text-delta`, `reasoning-delta`), `status`, `tool-call`, `tool-progress` and `retry` are
   * shown at once; all other events are written together with the result of the step, so that clients get them exactly once. Words that a
   * recorded step has said count as said again in later attempts.
   *
   * @returns resolves when the engine may continue; never rejects
   * @throws {ContractViolationError} if it is no event, or one that ends the turn
   */
  emit(event: StepEvent): Promise<void>;
  /**
   * True if something was recorded of this turn before the present attempt. An engine that keeps nothing of a turn but its steps asks this in a
   * `continue`: if true, it yields a `reset` with `replays` and runs `turn.original`; otherwise it throws `nothing-to-continue`.
   */
  hasSteps(): Promise<boolean>;
}
