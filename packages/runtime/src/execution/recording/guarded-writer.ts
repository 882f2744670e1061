import type { AbortReason, JsonValue } from '@molecule/adapters';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { StepRow } from '../../tasks/log/steps/step-rows.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import { TaskLogError } from '../../tasks/task-log-error.js';

/** Writes a turn's events and checkpoints. If the log refuses a write, it aborts the turn before the caller gets the error. */
export class GuardedWriter {
  readonly #writer: TaskWriter;
  readonly #abort: (reason: AbortReason) => void;
  /** Settles when storage has accepted, or keeps in memory, what was saved last. */
  #kept: Promise<void> = Promise.resolve();
  #refusal: unknown;

  constructor(writer: TaskWriter, abort: (reason: AbortReason) => void) {
    this.#writer = writer;
    this.#abort = abort;
  }

  /** The error with which the log refused a write; undefined if it refused none. */
  get refusal(): unknown {
    return this.#refusal;
  }

  /** Resolves when the last checkpoint is written, or kept in memory because storage is in trouble. */
  get kept(): Promise<void> {
    return this.#kept;
  }

  async append(events: readonly TaskEvent[]): Promise<void> {
    try {
      await this.#writer.append(events);
    } catch (error) {
      throw this.#refused(error);
    }
  }

  /** Saves a step and the events before it in one step; resolves when the log holds both. */
  async saveStep(step: StepRow, events: readonly TaskEvent[]): Promise<void> {
    try {
      await this.#writer.saveStep(step, events);
    } catch (error) {
      throw this.#refused(error);
    }
  }

  /** Saves a checkpoint and the events before it in one step; resolves when the log holds both. */
  async saveCheckpoint(state: JsonValue, events: readonly TaskEvent[]): Promise<void> {
    try {
      const { kept, written } = this.#writer.saveCheckpoint(state, events);
      this.#kept = kept;
      await written;
    } catch (error) {
      throw this.#refused(error);
    }
  }

  /** The abort comes first, because its reason decides what the engine does with its work. */
  #refused(error: unknown): unknown {
    this.#refusal = error;
    this.#abort(reasonFor(error));
    return error;
  }
}

/** If the task has ended, the engine's work is void; otherwise another process continues it. */
function reasonFor(refusal: unknown): AbortReason {
  if (TaskLogError.is(refusal) && refusal.code === 'TASK_TERMINAL')
    return { code: 'canceled', message: 'The task has been ended.' };
  return { code: 'superseded', message: 'The task log refuses further writes of this turn.' };
}
