// An engine without a model that counts, for several processes of a workspace. A message is a number of words; the answer is `0 1 2 ... `. All
// processes record in one file what their engines do.
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';

const EVERY_MS = 100;

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
  const words = Number(original.text);
  const done = kind === 'continue' ? (turn.checkpoint?.done ?? 0) : 0;
  record('begin', { contextId });
  try {
    if (kind === 'continue') yield { type: 'reset' };
    if (done > 0) yield { type: 'text-delta', text: numbers(0, done) };
    for (let word = done; word < words; word++) {
      await wait(EVERY_MS, undefined, { signal });
      yield { type: 'text-delta', text: numbers(word, word + 1) };
      checkpoint({ done: word + 1 });
      if (word === 5) record('speaks', { contextId });
    }
    yield { type: 'finish', text: numbers(0, words) };
  } finally {
    record('end', { contextId, reason: signal.reason?.code });
  }
}

function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => `${from + index} `).join('');
}
