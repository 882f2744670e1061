import { expect, it } from 'vitest';
import { type MatrixOptions, runMatrix } from '../src/matrix.ts';
import { MOMENTS } from '../src/scenario.ts';
import { SUBJECTS } from '../src/subjects/index.ts';

/** The short form of `npm run chaos`. */
it.each<[string, Pick<MatrixOptions, 'moments' | 'victims'>]>([
  ['ledger', { moments: MOMENTS, victims: ['server', 'both'] }],
  ['langgraph', { moments: ['mid-stream', 'waiting for input'], victims: ['server'] }],
])('no kill loses, doubles or falsifies an answer of the %s engine', async (name, { moments, victims }) => {
  const subject = SUBJECTS[name];
  if (!subject) throw new Error(`No engine ${name}.`);
  const cells = await runMatrix({ subject, moments, victims, rounds: 1 });
  expect(
    cells.flatMap(({ moment, victim, faults }) => faults.map((fault) => `${moment}, ${victim}: ${fault}`)),
  ).toEqual([]);
  expect(cells).toHaveLength(moments.length * victims.length);
});
