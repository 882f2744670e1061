import { defineVerb } from '../command-line/verb.js';
import { PUSH_OPTIONS } from '../push/options.js';

/** Shows the push configurations of a workspace, whether its agent runs or not. */
export const push = defineVerb({
  name: 'push',
  operands: '<list>',
  summary: 'List where notifications of tasks are sent, and what could not be delivered',
  options: PUSH_OPTIONS,
  examples: ['molecule push list --failing', 'molecule push list --task 4f2a --json'],
  async run({ operands: [action = ''], options }, host) {
    const { runPush } = await import('../push/run-push.js');
    return runPush(action, options, host);
  },
});
