import { StreamResponse } from '@a2a-js/sdk';
import { terminalJson } from '../../logging/terminal-text.js';
import type { CliOutput } from '../cli-host.js';
import { outcomeOf, statusOf, type TaskOutcome, type TaskView, taskIdOf } from './task-view.js';

/** One A2A event a line, in the protocol's own JSON. */
export function createJsonView(stdout: CliOutput, stderr: CliOutput): TaskView {
  let outcome: TaskOutcome | undefined;
  let taskId = '';
  return {
    show(response) {
      outcome = outcomeOf(statusOf(response)) ?? outcome;
      taskId = taskIdOf(response) ?? taskId;
      stdout.write(`${terminalJson(JSON.stringify(StreamResponse.toJSON(response)))}\n`);
    },
    note: (text) => void stderr.write(`${text}\n`),
    taskId: () => taskId,
    end: () => outcome,
  };
}
