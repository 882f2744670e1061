import type { Logger } from '@molecule/adapters';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { TaskWriter } from '../../tasks/log/task-writer.js';
import type { TurnInput } from '../../tasks/turn-input.js';
import { TurnAbortedError } from '../attempts/turn-aborted-error.js';
import { failTask, type TurnDispatcher } from './turn-dispatcher.js';
import { CANCELED } from './turn-outcome.js';
import type { TurnRunner } from './turn-runner.js';

/** Runs turns in this process only: a turn ends with the process that runs it. */
export class DirectDispatcher implements TurnDispatcher {
  readonly #runner: TurnRunner;
  readonly #log: TaskLog;
  readonly #logger: Logger;

  constructor(runner: TurnRunner, log: TaskLog, logger: Logger) {
    this.#runner = runner;
    this.#log = log;
    this.#logger = logger;
  }

  claimFor(taskId: string, turn: number): { readonly durable: boolean } | undefined {
    return this.#runner.hasSlot(taskId, turn) ? { durable: false } : undefined;
  }

  dispatch(head: TaskHead, _input?: TurnInput, writer?: TaskWriter): void {
    const controls = { durable: false, onlyHere: true, head, writer };
    this.#runner.run(head.taskId, head.turn, controls).catch(async (error: unknown) => {
      // A turn that was handed over continues at the next start. Any other error is the runtime's fault.
      if (!(error instanceof TurnAbortedError)) await failTask(this.#log, this.#logger, head, error);
    });
  }

  cancel(taskId: string): void {
    this.#runner.abort(taskId, CANCELED);
  }
}
