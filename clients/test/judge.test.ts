import { describe, expect, it } from 'vitest';
import type { Exception } from '../src/judge/exception.ts';
import { judge, type Played } from '../src/judge/judge.ts';
import { reportLines } from '../src/judge/report-line.ts';

const OVER = 'JSONRPC 1.0';

function played(...lines: readonly object[]): Played {
  const output = lines.map((line) => JSON.stringify(line)).join('\n');
  const operations = { send: () => ({ text: 'one' }), list: () => ({ total: 3 }) };
  return { kit: 'kit', overs: [OVER], operations, lines: reportLines(output) };
}

function exception(operation: string, kind: Exception['kind'], more: Partial<Exception> = {}): Exception {
  return { kit: 'kit', operation, kind, reason: 'the reason', ...more };
}

const verdicts = (run: Played, ...exceptions: readonly Exception[]) =>
  judge(run, exceptions).map(({ operation, verdict }) => `${operation} ${verdict}`);

const SEND = { operation: 'send', over: OVER, saw: { text: 'one' } };
const LIST = { operation: 'list', over: OVER, saw: { total: 3 } };

describe('an operation', () => {
  it('is ok if the program saw exactly what it should', () => {
    expect(verdicts(played(SEND, LIST))).toEqual(['send ok', 'list ok']);
  });

  it.each([
    ['something else', { ...LIST, saw: { total: 2 } }],
    ['more', { ...LIST, saw: { total: 3, more: 1 } }],
    ['an error', { operation: 'list', over: OVER, broke: 'Error: no' }],
    ['nothing', { ...LIST, saw: null }],
  ])('fails if the program saw %s', (_name, line) => {
    expect(verdicts(played(SEND, line))).toEqual(['send ok', 'list FAIL']);
  });

  it('fails if the program did not report it, or twice', () => {
    expect(verdicts(played(SEND))).toEqual(['send ok', 'list FAIL']);
    expect(verdicts(played(SEND, LIST, LIST))).toEqual(['send ok', 'list FAIL']);
  });

  it('fails if the kit does not declare it', () => {
    expect(verdicts(played(SEND, LIST, { ...LIST, over: 'GRPC 1.0' }))).toContain('list FAIL');
    expect(verdicts(played(SEND, LIST, { ...LIST, operation: 'sing' }))).toContain('sing FAIL');
  });
});

describe('an exception', () => {
  const wrong = { ...LIST, saw: { total: 2 } };

  it('excuses an operation that the client gets wrong', () => {
    expect(verdicts(played(SEND, wrong), exception('list', 'fault'))).toEqual(['send ok', 'list client']);
  });

  it('fails if the operation passes, or was not reported', () => {
    expect(verdicts(played(SEND, LIST), exception('list', 'fault'))).toEqual(['send ok', 'list FAIL']);
    expect(verdicts(played(SEND), exception('list', 'fault'))).toEqual(['send ok', 'list FAIL']);
  });

  it('excuses an operation that the client lacks, and fails if it was reported', () => {
    expect(verdicts(played(SEND), exception('list', 'lacks'))).toEqual(['send ok', 'list -']);
    expect(verdicts(played(SEND, LIST), exception('list', 'lacks'))).toEqual(['send ok', 'list FAIL']);
  });

  it('fails if it names an operation or a binding that the kit does not have', () => {
    expect(verdicts(played(SEND, LIST), exception('sing', 'lacks'))).toContain('sing FAIL');
    expect(verdicts(played(SEND, LIST), exception('list', 'fault', { over: ['GRPC 1.0'] }))).toContain('list FAIL');
  });

  it('may name exactly what the client sees, and then excuses nothing else', () => {
    expect(verdicts(played(SEND, wrong), exception('list', 'fault', { saw: { total: 2 } }))).toContain('list client');
    expect(verdicts(played(SEND, wrong), exception('list', 'fault', { saw: { total: 1 } }))).toContain('list FAIL');
  });

  it('does not excuse another kit or binding', () => {
    expect(verdicts(played(SEND, wrong), exception('list', 'fault', { kit: 'other' }))).toEqual([
      'send ok',
      'list FAIL',
    ]);
  });
});

it('a report may stand among other lines of a program', () => {
  const output = `starting\n${JSON.stringify(SEND)}\n{"level":"info"}\n`;
  expect(reportLines(output)).toEqual([SEND]);
  expect(() => reportLines('{"operation":"send", damaged')).toThrow('damaged');
});
