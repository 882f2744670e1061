import { expect, it } from 'vitest';
import { type MatrixOptions, runMatrix } from '../src/matrix.ts';
import { MOMENTS } from '../src/scenario.ts';
import { SUBJECTS } from '../src/subjects/index.ts';

/** The short form of `npm run chaos`. */
it.each<[string, Pick<MatrixOptions, 'moments' | 'blows'>]>([
  ['ledger', { moments: MOMENTS, blows: ['kill -9 of server'] }],
  ['ledger', { moments: ['queued', 'mid-stream', 'waiting for input'], blows: ['SIGTERM to all'] }],
  [
    'langgraph',
    { moments: ['mid-stream', 'in a tool', 'waiting for input'], blows: ['kill -9 of server', 'SIGTERM to all'] },
  ],
])('no kill and no stop loses, repeats or changes an answer of the %s engine', async (name, { moments, blows }) => {
  const subject = SUBJECTS[name];
  if (!subject) throw new Error(`No engine ${name}.`);
  const cells = await runMatrix({ subject, moments, blows, rounds: 1 });
  expect(cells.flatMap(({ moment, blow, faults }) => faults.map((fault) => `${moment}, ${blow}: ${fault}`))).toEqual(
    [],
  );
  const played = new Set(cells.map(({ moment }) => moment));
  // The ledger engine has no tool.
  const cannot = name === 'ledger' ? ['in a tool'] : [];
  expect(moments.filter((moment) => !played.has(moment) && !cannot.includes(moment))).toEqual([]);
});
