import { MoleculeError } from '@molecule/adapters';
import type { AgentTaskInput, BodyControls, LlmResult, TaskBody, TurnEnding } from '@molecule/temporal';
import { canceledEvent, failedEvent } from '../runner/a2a-events.js';
import { TurnAborted } from '../runner/run-attempt.js';
import { resultOf } from '../runner/stored-result.js';
import type { TaskRunner } from '../runner/task-runner.js';
import type { TurnResult } from '../runner/turn-result.js';
import { StorageError } from '../storage/storage-error.js';
import type { TaskLog } from '../task-log/task-log.js';
import type { TemporalModule } from './temporal-module.js';

/** Reasons for which the turn goes on in another process. */
const HANDED_OVER: ReadonlySet<string> = new Set(['shutdown', 'superseded']);

/** What Temporal runs: the one body, `TaskRunner.run`, seen through the durable package's eyes. */
export class RunnerBody implements TaskBody {
  readonly #runner: TaskRunner;
  readonly #log: TaskLog;
  readonly #temporal: TemporalModule;

  constructor(runner: TaskRunner, log: TaskLog, temporal: TemporalModule) {
    this.#runner = runner;
    this.#log = log;
    this.#temporal = temporal;
  }

  async run(input: AgentTaskInput, controls: BodyControls): Promise<LlmResult> {
    const { signal, durable, checkpoint, heartbeat } = controls;
    try {
      const result = await this.#runner.run(input.taskId, input.turn, {
        signal,
        durable,
        ...(checkpoint !== undefined && { checkpoint }),
        onCheckpoint: (state) => heartbeat(state),
      });
      // Not ours to answer for: a task that this log does not know belongs to another.
      if (result.kind === 'failed' && result.code === 'TASK_NOT_FOUND') throw new UnknownTask(input.taskId);
      return toLlmResult(result);
    } catch (error) {
      // A turn waits for storage until its process ends; its next process goes on with it.
      const handedOver = error instanceof TurnAborted ? HANDED_OVER.has(error.reason.code) : StorageError.is(error);
      if (handedOver) throw new this.#temporal.TurnHandedOver();
      throw error;
    }
  }

  /** The claim in the log says who runs the turn, and a lock whether that process lives. */
  async holds(input: AgentTaskInput): Promise<boolean> {
    const record = await this.#log.read.get(input.taskId);
    return record?.turn === input.turn && !resultOf(record, input.turn) && this.#runner.isHeld(record);
  }

  /** Nobody ran the turn to its end: its task ends with what is known of that. */
  async conclude(input: AgentTaskInput, ending: TurnEnding): Promise<void> {
    const record = await this.#log.readForTurn.get(input.taskId);
    if (!record || record.turn !== input.turn || resultOf(record, input.turn)) return;
    if (ending.code === 'canceled') {
      await this.#log.settle(input.taskId, canceledEvent(record));
      return;
    }
    // Temporal has lost sight of the turn, say because it refused its heartbeats. Whoever runs it ends it.
    if (this.#runner.isHeld(record)) return;
    const code = ending.code === 'deadline' ? 'TURN_TIMEOUT' : 'TURN_LOST';
    await this.#log.settle(input.taskId, failedEvent(record, { code, message: ending.message }));
  }
}

/** The turn's task is not in this process's log; Temporal offers it to another process. */
class UnknownTask extends MoleculeError {
  override readonly name = 'UnknownTask';
  readonly code = 'TASK_NOT_FOUND';
  constructor(taskId: string) {
    super(`The task log of this process does not hold task ${taskId}.`);
  }
}

function toLlmResult(result: TurnResult): LlmResult {
  switch (result.kind) {
    case 'completed':
      return { finalText: result.finalText, success: true };
    case 'input-required':
      return { finalText: result.prompt, success: true };
    case 'failed':
      return { finalText: '', success: false, error: `${result.code}: ${result.message}` };
    case 'canceled':
      return { finalText: '', success: false, error: 'CANCELED: The task was canceled.' };
  }
}
