import { defineVerb } from '../command-line/verb.js';
import { UsageError } from '../host/usage-error.js';

/** Prints and follows a task, cancels it, or lists the latest tasks. */
export const task = defineVerb({
  name: 'task',
  operands: '<url> [id]',
  summary: 'Print the answer of a task, and follow it until it ends; without an id, list the tasks',
  options: {
    cancel: { help: 'Cancel the task' },
    token: { value: 'token', help: 'The bearer token (default: MOLECULE_TOKEN)' },
    json: { help: 'Print one A2A event or task per line, as JSON' },
  },
  async run({ operands: [url = '', id], options: { cancel, token, json } }, host) {
    if (cancel && id === undefined) {
      throw new UsageError('--cancel wants the id of a task. Usage: molecule task <url> <id> --cancel');
    }
    const { showTasks } = await import('../agent/show-tasks.js');
    return showTasks({ url, id, cancel, token, json }, host);
  },
});
