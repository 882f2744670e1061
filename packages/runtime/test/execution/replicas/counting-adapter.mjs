// An engine without a model that counts, for several processes of a workspace. A message is a number of words, and `until aborted` if the
// turn is to go on until another process continues it; the answer is `0 1 2 ... `. All processes record in one file what their engines do.
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';

const EVERY_MS = 20;
/** The word at which others are told that the engine speaks, and from which on another process continues. */
const SPEAKS = 5;

export const adapter = defineAdapter({
  name: 'counting',
  displayName: 'Counting engine',
  description: 'Counts',
  repeatableTurns: true,
  async createEngine({ environment }) {
    const record = (what, more = {}) => {
      const line = { what, at: Date.now(), pid: process.pid, replica: environment.REPLICA, ...more };
      appendFileSync(environment.RUNS, `${JSON.stringify(line)}\n`);
    };
    record('start');
    return { runTurn: (turn, controls) => count(turn, controls, record) };
  },
});

async function* count(turn, { signal, checkpoint }, record) {
  const { contextId, kind } = turn;
  const original = kind === 'continue' ? turn.original : turn;
  const [words, ...how] = original.text.split(' ');
  const isEndless = how.length > 0 && kind === 'message';
  const done = kind === 'continue' ? (turn.checkpoint?.done ?? 0) : 0;
  record('begin', { contextId });
  try {
    if (kind === 'continue') yield { type: 'reset' };
    if (done > 0) yield { type: 'text-delta', text: numbers(0, done) };
    for (let word = done; isEndless || word < Number(words); word++) {
      await wait(EVERY_MS, undefined, { signal });
      yield { type: 'text-delta', text: numbers(word, word + 1) };
      checkpoint({ done: Math.min(word + 1, SPEAKS) });
      if (word === SPEAKS) record('speaks', { contextId });
    }
    yield { type: 'finish', text: numbers(0, Number(words)) };
  } finally {
    record('end', { contextId, reason: signal.reason?.code });
  }
}

function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => `${from + index} `).join('');
}
