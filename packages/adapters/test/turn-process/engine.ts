import type { AgentEngine } from '../../src/index.js';

/** Plays the steps of its order, one event each. A TypeScript source, like those of templates. */
export default ({ words, fail }: { words: readonly string[]; fail?: string }): AgentEngine => ({
  async *runTurn(_turn, { checkpoint }) {
    for (const text of words) yield { type: 'text-delta', text };
    if (fail !== undefined) throw new Error(fail);
    checkpoint({ words: words.length });
    yield { type: 'finish' };
  },
});
