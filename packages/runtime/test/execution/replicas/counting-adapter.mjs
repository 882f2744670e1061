// An engine without a model that counts, for several processes of a workspace. A message is a number of words, and `ask` or `linger` if the
// turn asks before it counts, or waits before it ends; the answer is `0 1 2 ... `. All processes record in one file what their engines do.
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { defineAdapter } from '@molecule/adapters';

const EVERY_MS = 100;
/** Longer than a process without its database keeps its turns. */
const LINGER_MS = 4_000;

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
  const [words = '', how] = original.text.split(' ');
  const done = kind === 'continue' ? (turn.checkpoint?.done ?? 0) : 0;
  record('begin', { contextId });
  try {
    if (kind === 'continue') yield { type: 'reset' };
    if (done > 0) yield { type: 'text-delta', text: numbers(0, done) };
    if (how === 'ask' && original.kind === 'message') {
      yield { type: 'input-required', requestId: 'go', request: 'question', prompt: 'Shall I?', choices: [] };
      return;
    }
    for (let word = done; word < Number(words); word++) {
      await wait(EVERY_MS, undefined, { signal });
      yield { type: 'text-delta', text: numbers(word, word + 1) };
      checkpoint({ done: word + 1 });
      if (word === 5) record('speaks', { contextId });
    }
    if (how === 'linger') {
      record('computed', { contextId });
      await wait(LINGER_MS, undefined, { signal });
    }
    yield { type: 'finish', text: numbers(0, Number(words)) };
  } finally {
    record('end', { contextId, reason: signal.reason?.code });
  }
}

function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => `${from + index} `).join('');
}
