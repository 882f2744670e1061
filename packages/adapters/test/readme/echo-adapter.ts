import { defineAdapter, EngineError } from '../../src/index.js';

export const adapter = defineAdapter({
  name: 'echo',
  displayName: 'Echo',
  description: 'Repeats each message.',
  repeatableTurns: true, // An interrupted turn may run again, because it has no effects outside.
  createEngine: ({ logger }) => ({
    async *runTurn(turn, { signal }) {
      if (signal.aborted) throw new EngineError('canceled', 'The turn was canceled.');
      if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'An echo stores nothing.');
      logger.info('turn started', { contextId: turn.contextId });
      for (const word of turn.text.match(/\S+\s*/g) ?? []) yield { type: 'text-delta', text: word };
      yield { type: 'finish' };
    },
  }),
});
