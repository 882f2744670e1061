import { expect, it } from 'vitest';
import { type MatrixOptions, runMatrix } from '../src/matrix.ts';
import { SUBJECTS } from '../src/subjects/index.ts';

/** A few cells of `npm run chaos`. */
it.each<[string, Pick<MatrixOptions, 'moments' | 'blows'>]>([
  ['ledger', { moments: ['queued', 'waiting for input', 'computed, not saved'], blows: ['kill -9 of server'] }],
  ['ledger', { moments: ['mid-stream'], blows: ['kill -9 of both', 'SIGTERM to all'] }],
  ['langgraph', { moments: ['in a tool'], blows: ['kill -9 of server'] }],
])('no kill and no stop loses, repeats or changes an answer of the %s engine', async (name, { moments, blows }) => {
  const subject = SUBJECTS[name];
  if (!subject) throw new Error(`No engine ${name}.`);
  const cells = await runMatrix({ subject, moments, blows, rounds: 1 });
  expect(cells.flatMap(({ moment, blow, faults }) => faults.map((fault) => `${moment}, ${blow}: ${fault}`))).toEqual(
    [],
  );
  const wanted = moments.flatMap((moment) => blows.map((blow) => [moment, blow]));
  expect(cells.map(({ moment, blow }) => [moment, blow])).toEqual(wanted);
});
