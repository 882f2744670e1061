import { StreamResponse } from '@a2a-js/sdk';
import { terminalJson } from '../../telemetry/logging/terminal-text.js';
import type { CliOutput } from '../host/cli-host.js';
import { outcomeOf, statusOf, type TaskOutcome, type TaskView, taskIdOf } from './task-view.js';

/** Prints one A2A event per line, in the JSON of the protocol. */
export function createJsonView(stdout: CliOutput, stderr: CliOutput): TaskView {
  let outcome: TaskOutcome | undefined;
  let taskId = '';
  const note = (text: string) => void stderr.write(`${text}\n`);
  return {
    show(response) {
      outcome = outcomeOf(statusOf(response)) ?? outcome;
      taskId = taskIdOf(response) ?? taskId;
      stdout.write(`${terminalJson(JSON.stringify(StreamResponse.toJSON(response)))}\n`);
    },
    note,
    interrupt: note,
    taskId: () => taskId,
    end: () => outcome,
  };
}
