import { setTimeout as pause } from 'node:timers/promises';
import { defineAdapter, EngineError } from '@molecule/adapters';

/** Your agent. It yields the answer to a message, piece by piece: call your model or your own code here. */
async function* answer(text) {
  for (const word of `You said: ${text}`.match(/\S+\s*/g)) {
    await pause(100); // A model takes its time, too.
    yield word;
  }
}

export const adapter = defineAdapter({
  name: 'blank', // The same as `runtime` in config.yaml.
  displayName: 'Blank agent',
  description: 'Says back what it is told.',
  // A turn that a crash cut short may run again from its message: it has no effects outside.
  repeatableTurns: true,
  createEngine: () => ({
    async *runTurn(turn, { signal }) {
      // Nothing of a turn is kept. After a crash the runtime therefore asks again with the original message.
      if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This agent keeps nothing of a turn.');
      for await (const text of answer(turn.text)) {
        if (signal.aborted) return; // Canceled, or the process stops: the answer is not wanted any more.
        yield { type: 'text-delta', text };
      }
      yield { type: 'finish' };
    },
  }),
});
