// An engine that records each step in a file, the ledger: which turn ran, when, and how often.
// A message is `{"chunks": 20, "everyMs": 50, "ask": false, "waitMs": 0, "lingerMs": 0}`; the answer is `0 1 2 ... <chunks - 1> `.
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineAdapter, EngineError } from '@molecule/adapters';

export const adapter = defineAdapter({
  name: 'ledger',
  displayName: 'Ledger',
  description: 'Counts, and records each step in a ledger.',
  createEngine({ environment }) {
    const { CHAOS_LEDGER: book, CHAOS_SKEW_MS: skewMs = '0' } = environment;
    return { runTurn: (turn, controls) => run(turn, controls, book, Number(skewMs)) };
  },
});

async function* run(turn, { signal, checkpoint }, book, skewMs) {
  const write = (event, more = {}) =>
    appendFileSync(
      book,
      `${JSON.stringify({ at: Date.now() - skewMs, pid: process.pid, event, contextId: turn.contextId, messageId: turn.messageId, attempt: turn.attempt, ...more })}\n`,
    );
  const original = turn.kind === 'continue' ? turn.original : turn;
  const done = turn.kind === 'continue' ? progressOf(turn) : 0;
  const plan = original.kind === 'answer' ? { chunks: 10, everyMs: 30 } : JSON.parse(original.text);
  write('begin', { kind: turn.kind, from: done });
  try {
    if (turn.kind === 'continue') {
      // More may have been streamed than saved: reset, and stream again from the saved progress.
      yield { type: 'reset' };
      if (done > 0) yield { type: 'text-delta', text: words(0, done) };
    }
    if (plan.ask && original.kind === 'message') {
      yield { type: 'input-required', requestId: 'go', request: 'question', prompt: 'Shall I?', choices: [] };
      return;
    }
    if (plan.waitMs) await sleep(plan.waitMs, undefined, { signal });
    for (let chunk = done; chunk < plan.chunks; chunk++) {
      await sleep(plan.everyMs, undefined, { signal });
      write('step', { chunk });
      checkpoint({ done: chunk + 1 });
      yield { type: 'text-delta', text: words(chunk, chunk + 1) };
    }
    write('computed');
    if (plan.lingerMs) await sleep(plan.lingerMs, undefined, { signal });
    yield { type: 'finish', text: words(0, plan.chunks) };
  } finally {
    write('end', { aborted: signal.aborted });
  }
}

function words(from, to) {
  return Array.from({ length: to - from }, (_, index) => `${from + index} `).join('');
}

function progressOf({ checkpoint }) {
  if (checkpoint === undefined) throw new EngineError('nothing-to-continue', 'This turn has not begun.');
  return checkpoint.done;
}
