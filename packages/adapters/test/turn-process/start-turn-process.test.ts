import { expect, it } from 'vitest';
import { messageTurn, startTurnProcess } from '../../src/testing/kit.js';

const engine = new URL('./engine.ts', import.meta.url);

it('runs a turn in another process, which ends with the turn', async () => {
  const turn = startTurnProcess({ engine, order: { words: ['a', 'b'] }, turn: messageTurn('hello') });
  const events = await turn.finished();
  expect(events.map(({ type }) => type)).toEqual(['text-delta', 'text-delta', 'finish']);
  expect(turn.checkpoint).toEqual({ words: 2 });
  expect(turn.hasEnded).toBe(true);
});

it('can be killed after any event, including the last', async () => {
  const turn = startTurnProcess({ engine, order: { words: [] }, turn: messageTurn('hello') });
  await turn.waitFor(({ type }) => type === 'finish');
  expect(turn.hasEnded).toBe(false);
  await turn.kill();
  expect(turn.hasEnded).toBe(true);
});

it('rejects with the output of a process that fails', async () => {
  const order = { words: ['a'], fail: 'out of paper' };
  const turn = startTurnProcess({ engine, order, turn: messageTurn('hello') });
  await expect(turn.waitFor(({ type }) => type === 'finish')).rejects.toThrow('out of paper');
  await expect(turn.finished()).rejects.toThrow('out of paper');
});
