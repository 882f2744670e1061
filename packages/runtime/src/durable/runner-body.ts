import type { AgentTaskInput, BodyControls, LlmResult, TaskBody, TurnEnding } from '@molecule/temporal';
import { canceledEvent, failedEvent } from '../runner/a2a-events.js';
import { TurnAborted } from '../runner/run-attempt.js';
import { resultOf, type TaskRunner } from '../runner/task-runner.js';
import type { TurnResult } from '../runner/turn-result.js';
import type { TaskLog } from '../task-log/task-log.js';
import type { TemporalModule } from './temporal-module.js';

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
    const { signal, durable, takeover, checkpoint, heartbeat } = controls;
    try {
      const result = await this.#runner.run(input.taskId, input.turn, {
        signal,
        durable,
        takeover,
        ...(checkpoint !== undefined && { checkpoint }),
        onCheckpoint: (state) => heartbeat(state),
      });
      return toLlmResult(result);
    } catch (error) {
      if (error instanceof TurnAborted && error.reason.code === 'shutdown') throw new this.#temporal.TurnHandedOver();
      throw error;
    }
  }

  /** Nobody ran the turn to its end: its task ends with what is known of that. */
  async conclude(input: AgentTaskInput, ending: TurnEnding): Promise<void> {
    const record = await this.#log.read.get(input.taskId);
    if (!record || record.turn !== input.turn || resultOf(record, input.turn)) return;
    if (ending.code === 'canceled') {
      await this.#log.settle(input.taskId, canceledEvent(record));
      return;
    }
    const code = ending.code === 'deadline' ? 'TURN_TIMEOUT' : 'TURN_LOST';
    await this.#log.settle(input.taskId, failedEvent(record, { code, message: ending.message }));
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
