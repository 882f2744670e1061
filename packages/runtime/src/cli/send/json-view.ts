import { StreamResponse } from '@a2a-js/sdk';
import { terminalJson } from '../../logging/terminal-text.js';
import type { CliOutput } from '../cli-host.js';
import { outcomeOf, statusOf, type TaskOutcome, type TaskView } from './task-view.js';

/** One A2A event a line, in the protocol's own JSON. */
export function createJsonView(stdout: CliOutput): TaskView {
  let outcome: TaskOutcome | undefined;
  return {
    show(response) {
      outcome = outcomeOf(statusOf(response)) ?? outcome;
      stdout.write(`${terminalJson(JSON.stringify(StreamResponse.toJSON(response)))}\n`);
    },
    end: () => outcome,
  };
}
