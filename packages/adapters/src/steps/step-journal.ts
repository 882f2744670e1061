import type { InputRequest } from '../contract/input-request.js';
import type { StepEvent } from '../contract/steps.js';
import type { InputAnswer } from '../contract/turn.js';

/** What is recorded of a step besides its result. Plain JSON. */
export interface StepRecord {
  /** Unique in the run: the names of the steps that it is in, and its own, each with its number. */
  readonly path: string;
  /** Its place among the calls of the step that it is in, from 1; absent for a step with an id. */
  readonly place?: number;
  /** True if another call of the same step was open when it was called, so that its place may be another one the next time. */
  readonly overlaps?: boolean;
  /** Of a sleep: milliseconds since 1970. */
  readonly until?: number;
  /** Of a step that failed. */
  readonly failure?: StepFailure;
  /** The text of the answer that it has said. */
  readonly text?: string;
  /** The ids of the artifacts that it gave. */
  readonly artifacts?: readonly string[];
}

/** The failure of a step. `code` is that of an `EngineError`. */
export interface StepFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** A step as the journal has it. */
export interface RecordedStep extends StepRecord {
  /** Reads the result; `undefined` if it has none. */
  result(): Promise<unknown>;
}

/** Some of the recorded steps, in the order in which they were recorded. */
export interface StepPage {
  readonly steps: readonly RecordedStep[];
  /** `after` of the page that follows. */
  readonly next: number;
  readonly more: boolean;
}

/** Records the steps of a turn and tells its events. Of one attempt. */
export interface StepJournal {
  /** The name of the run: the same in all attempts, and of no other turn. Keys are made of it. */
  readonly run: string;
  /** True if an earlier turn of the task has put this run away, for an answer or for a time. */
  readonly resumes: boolean;
  /** The answers to the questions for which the turn was put away. */
  readonly answers: readonly InputAnswer[];
  /** Aborted when the attempt must stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  now(): number;
  /** @param after 0, or `next` of the page before */
  read(after: number): Promise<StepPage>;
  /**
   * Records a step and the events before it, all or nothing. Resolves when that is done.
   *
   * @param result JSON; undefined: it has none
   */
  record(step: StepRecord, result: string | undefined, events: readonly StepEvent[]): Promise<void>;
  /** Tells an event at once. Resolves when the engine may continue. */
  tell(event: StepEvent): Promise<void>;
  /** Artifacts that a recorded step gave: they are continued, and not made again. */
  keepArtifacts(ids: readonly string[]): void;
  /** The number of characters that the attempt has said so far. */
  said(): number;
  /** Withdraws what the attempt has said after so many characters. What is said again and is the same is not sent again. */
  unsay(characters: number): Promise<void>;
}

/** Why a turn is put away. With requests, it waits for their answers, otherwise for `until`. */
export interface PutAway {
  readonly requests: readonly InputRequest[];
  /** Milliseconds since 1970. */
  readonly until: number;
}
