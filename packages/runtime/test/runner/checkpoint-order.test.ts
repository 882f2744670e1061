import type { AgentEngine, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { answerOf } from '../support/a2a-client.js';
import { bareRunner } from '../support/bare-runner.js';
import { addTask, existing } from '../task-log/open-log.js';

/** Half of a character is half a word: a life that ends between the halves begins with the first again. */
const WORDS = ['one ', 'two ', '\ud83d', '\ude00 ', 'four'];

/** Says word after word, saves how far it is, and goes on from there without a reset; `lives` words at a time. */
function counting(lives: number): AgentEngine {
  return {
    async *runTurn({ checkpoint = 0 }, controls): AsyncGenerator<TurnEvent> {
      for (let at = Number(checkpoint); at < WORDS.length; at++) {
        if (at - Number(checkpoint) === lives) await new Promise(() => {});
        yield { type: 'text-delta', text: WORDS[at] ?? '' };
        controls.checkpoint(at + 1);
      }
      yield { type: 'finish' };
    },
  };
}

it.each([2, 3])(
  'an engine that goes on from its checkpoint without a reset loses no word of its answer (%d at a time)',
  async (lives) => {
    await using bare = await bareRunner(counting(lives));
    const { taskId } = await addTask(bare.log);
    for (let life = 0; life < WORDS.length / lives; life++) {
      // Each life is never heard of again, as after a kill: what is not in the log by its last word is lost.
      const boot = bare.another(counting(lives), { bootId: `life-${life}` });
      void boot.run(taskId, 1, { durable: true }).catch(() => {});
      await expect
        .poll(async () => {
          const { checkpoint = 0, task, terminal } = await existing(bare.log, taskId);
          const said = answerOf(task);
          if (terminal) return true;
          // Whenever one looks, the log holds the words that the checkpoint counts, and no other.
          expect(WORDS.slice(0, Number(checkpoint)).join('')).toBe(said);
          // Half of a character is no word yet: it and the state after it wait for the other half.
          return Number(checkpoint) >= Math.min((life + 1) * lives, WORDS.length) - 1;
        })
        .toBe(true);
    }
    const last = bare.another(counting(WORDS.length + 1), { bootId: 'last' });
    await last.run(taskId, 1, { durable: true });
    expect(answerOf((await existing(bare.log, taskId)).task)).toBe('one two 😀 four');
  },
);
