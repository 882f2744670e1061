import { setTimeout as pause } from 'node:timers/promises';
import { defineAgent } from '@molecule/adapters';

export const adapter = defineAgent({
  name: 'blank', // The same as `runtime` in config.yaml.
  displayName: 'Blank agent',
  description: 'Repeats the message.',
  /** Your agent. It answers a message: it returns the text, or yields it piece by piece. */
  async *run(turn, { step }) {
    // A step runs once: after a crash its recorded result is used. What costs, or has an effect, belongs into one.
    const words = await step('think', () => think(turn.text));
    for (const word of words) {
      await pause(100);
      yield word;
    }
  },
});

/** Call your model or your own code here. */
function think(text) {
  return `You said: ${text}`.match(/\S+\s*/g);
}
