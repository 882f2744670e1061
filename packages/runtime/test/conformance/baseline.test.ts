import { expect, it } from 'vitest';
import { differences, type Expected, type Found, together } from './kit/baseline.js';

const found = (test: string, outcome: Found['outcome'], binding = 'grpc'): Found => ({
  suite: '1.0',
  binding,
  test: `tests/a/${test}`,
  outcome,
  reason: 'because\nof this',
});
const expected = (test: string, outcome: Expected['outcome'], binding?: string): Expected => ({
  suite: '1.0',
  test,
  outcome,
  whose: "the kit's",
  why: 'It does not fit.',
  ...(binding !== undefined && { binding }),
});

it('results that are as expected make no difference', () => {
  const results = [found('x.py::one', 'passed'), found('x.py::two[a-b]', 'failed'), found('y.py::three', 'skipped')];
  const baseline = [expected('x.py::two[*]', 'failed'), expected('y.py::*', 'skipped', 'grpc')];
  expect(differences(results, baseline)).toEqual([]);
});

it('a new failure, a new skip and another binding are told', () => {
  const results = [found('x.py::one', 'failed'), found('x.py::two', 'skipped'), found('x.py::two', 'skipped', 'rest')];
  expect(differences(results, [expected('x.py::two', 'skipped', 'rest')])).toEqual([
    '1.0 grpc tests/a/x.py::one is failed, and should be passed: because',
    '1.0 grpc tests/a/x.py::two is skipped, and should be passed: because',
  ]);
});

it('so are an expected failure that passes, and a test that is no longer there', () => {
  const baseline = [expected('x.py::one', 'failed'), expected('x.py::gone', 'skipped')];
  expect(differences([found('x.py::one', 'passed')], baseline)).toEqual([
    '1.0 grpc tests/a/x.py::one passes, and the baseline says "failed": remove it there.',
    '1.0 x.py::gone is in the baseline, and no such test was run.',
  ]);
});

it('of several servers a failure counts, then a success; one that fills counts where all others skip', () => {
  const all = [
    found('one', 'skipped'),
    found('one', 'passed'),
    found('two', 'passed'),
    found('two', 'failed'),
    found('three', 'skipped'),
    { ...found('three', 'skipped'), fills: true },
    { ...found('two', 'passed'), fills: true },
    found('four', 'skipped'),
    { ...found('four', 'passed'), fills: true },
    found('five', 'passed'),
    { ...found('five', 'failed'), fills: true },
  ];
  expect(together(all).map(({ test, outcome }) => `${test} ${outcome}`)).toEqual([
    'tests/a/five passed',
    'tests/a/four passed',
    'tests/a/one passed',
    'tests/a/three skipped',
    'tests/a/two failed',
  ]);
});
