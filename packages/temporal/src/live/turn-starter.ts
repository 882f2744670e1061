import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonValue, Logger } from '@molecule/adapters';
import type { AgentTaskInput } from '../contract/agent-task-input.js';
import type { TaskBody } from '../contract/task-body.js';
import { LiveTask } from './live-task.js';
import { LiveTaskRegistry } from './live-task-registry.js';

/**
 * How long a finished turn stays joinable when its workflow does not end it earlier: long enough for an activity that is
 * dispatched late, after which the body's own store answers.
 */
const KEEP_FINISHED_MS = 60_000;

/** Four times what an engine may save: an attempt fails, and is tried again, when Temporal refuses a heartbeat's size. */
const LARGEST_CHECKPOINT_BYTES = 256 * 1024;

export interface StartTurnOptions {
  readonly durable: boolean;
  readonly checkpoint?: JsonValue;
}

/** Starts turns, each at most once at a time in this process, and remembers them while they can be joined. */
export class TurnStarter {
  readonly registry = new LiveTaskRegistry();
  readonly #registrations = new Map<LiveTask, { registration: Disposable; timer?: NodeJS.Timeout }>();
  // A turn must not inherit the caller's asynchronous context: an activity's own is aborted with that activity.
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly body: TaskBody,
    private readonly logger: Logger,
  ) {}

  /** The turn when it runs here already, or a new run of it. */
  join(input: AgentTaskInput, options: StartTurnOptions): LiveTask {
    const running = this.registry.find(input.taskId, input.turn);
    if (running) {
      if (options.durable) running.durable = true;
      return running;
    }
    const task = this.#outside(() => this.#start(input, options));
    this.#registrations.set(task, { registration: this.registry.register(task) });
    task.result.then(
      () => this.#keepForAWhile(task),
      () => this.forget(task),
    );
    return task;
  }

  /** Makes a finished turn leave the registry. */
  forget(task: LiveTask): void {
    const entry = this.#registrations.get(task);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.registration[Symbol.dispose]();
    this.#registrations.delete(task);
  }

  #start(input: AgentTaskInput, options: StartTurnOptions): LiveTask {
    this.logger.debug('turn begins', { taskId: input.taskId, turn: input.turn, ...options });
    return new LiveTask(input, options.durable, options.checkpoint, async (task) => {
      // The body gets the task only after its constructor has returned.
      await null;
      return this.body.run(input, {
        signal: task.signal,
        durable: options.durable,
        ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
        heartbeat: (checkpoint) => this.#save(task, checkpoint),
      });
    });
  }

  #save(task: LiveTask, checkpoint: JsonValue): void {
    const bytes = Buffer.byteLength(JSON.stringify(checkpoint));
    if (bytes <= LARGEST_CHECKPOINT_BYTES) {
      task.save(checkpoint);
      return;
    }
    this.logger.warn('a checkpoint is too large and is dropped; the one before stays', {
      taskId: task.input.taskId,
      bytes,
      limit: LARGEST_CHECKPOINT_BYTES,
    });
  }

  #keepForAWhile(task: LiveTask): void {
    const entry = this.#registrations.get(task);
    if (!entry) return;
    entry.timer = setTimeout(() => this.forget(task), KEEP_FINISHED_MS);
    entry.timer.unref();
  }
}
