import { defineVerb } from '../command-line/verb.js';
import { KEYS_OPTIONS } from '../keys/options.js';

/** Works on the keys of a workspace, whether its agent runs or not. */
export const keys = defineVerb({
  name: 'keys',
  operands: '<list|rotate>',
  summary: 'List the keys with which a workspace signs, or make a new one',
  options: KEYS_OPTIONS,
  examples: ['molecule keys rotate', 'molecule keys list --json'],
  async run({ operands: [action = ''], options }, host) {
    const { runKeys } = await import('../keys/run-keys.js');
    return runKeys(action, options, host);
  },
});
