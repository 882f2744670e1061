import { defineVerb } from '../command-line/verb.js';
import { OPTIONS } from '../tasks/options.js';

/** Works on the stored tasks of a workspace, whether its agent runs or not. */
export const tasks = defineVerb({
  name: 'tasks',
  operands: '<list|show|cancel|delete|export|move|rename> [...ids]',
  summary: 'List, show, cancel, delete, export or move the stored tasks of a workspace, running or stopped',
  options: OPTIONS,
  examples: [
    'molecule tasks list --state failed --since 1d',
    'molecule tasks show 4f2a',
    'molecule tasks delete --older-than 30d',
    'molecule tasks export --all --files exported > tasks.jsonl',
    'DATABASE_URL=postgres://agent@db.example.com/agents molecule tasks move',
  ],
  async run({ operands: [action = '', ...ids], options }, host) {
    const { runAction } = await import('../tasks/run-action.js');
    return runAction({ action, ids, options }, host);
  },
});
