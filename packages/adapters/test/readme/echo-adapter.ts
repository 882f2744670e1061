import { defineAdapter, EngineError } from '../../src/index.js';

export const adapter = defineAdapter({
  name: 'echo',
  displayName: 'Echo',
  description: 'Says what it is told.',
  repeatableTurns: true, // A turn that a crash cut short may run again: it has no effects outside.
  createEngine: ({ logger }) => ({
    async *runTurn(turn, { signal }) {
      if (signal.aborted) throw new EngineError('canceled', 'The turn was canceled.');
      if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'An echo keeps nothing.');
      logger.info('a turn begins', { contextId: turn.contextId });
      for (const word of turn.text.match(/\S+\s*/g) ?? []) yield { type: 'text-delta', text: word };
      yield { type: 'finish' };
    },
  }),
});
