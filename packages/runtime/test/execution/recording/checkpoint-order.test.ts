import type { AgentEngine, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { answerOf } from '../../support/a2a-client.js';
import { bareRunner } from '../../support/bare-runner.js';
import { addTask, existing } from '../../tasks/log/open-log.js';

/** One character is split into two words. A boot that ends between the halves is followed by one that repeats the first half. */
const WORDS = ['one ', 'two ', '\ud83d', '\ude00 ', 'four'];

/** Yields word after word, saves its position, and continues from there without a reset. Each boot yields `lives` words. */
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
  'an engine that continues from its checkpoint without a reset loses no word of its answer (%d at a time)',
  async (lives) => {
    await using bare = await bareRunner(counting(lives));
    const { taskId } = await addTask(bare.log);
    for (let life = 0; life < WORDS.length / lives; life++) {
      // Each boot stops for good, as after a kill. Text that is not in the log after its last word is lost.
      const boot = bare.another(counting(lives), { bootId: `life-${life}` });
      void boot.run(taskId, 1, { durable: true }).catch(() => {});
      await expect
        .poll(async () => {
          const { checkpoint = 0, task, terminal } = await existing(bare.log, taskId);
          const said = answerOf(task);
          if (terminal) return true;
          // At any time, the log holds exactly the words that the checkpoint counts.
          expect(WORDS.slice(0, Number(checkpoint)).join('')).toBe(said);
          // Half of a character is not written: it and the checkpoint after it wait for the other half.
          return Number(checkpoint) >= Math.min((life + 1) * lives, WORDS.length) - 1;
        })
        .toBe(true);
    }
    const last = bare.another(counting(WORDS.length + 1), { bootId: 'last' });
    await last.run(taskId, 1, { durable: true });
    expect(answerOf((await existing(bare.log, taskId)).task)).toBe('one two 😀 four');
  },
);
