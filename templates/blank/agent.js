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
  description: 'Repeats the message.',
  // After a crash the turn may run again from its message, since it has no effects outside.
  repeatableTurns: true,
  createEngine: () => ({
    async *runTurn(turn, { signal }) {
      // Nothing of a turn is kept. After a crash the runtime therefore asks again with the original message.
      if (turn.kind === 'continue') throw new EngineError('nothing-to-continue', 'This agent keeps nothing of a turn.');
      for await (const text of answer(turn.text)) {
        if (signal.aborted) return; // The turn is canceled or the process stops: the rest of the answer is not needed.
        yield { type: 'text-delta', text };
      }
      yield { type: 'finish' };
    },
  }),
});
