import { type AgentEngine, silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { EngineWatch } from '../../src/platform/work/engine-watch.js';
import type { ObservedTurn } from '../../src/tasks/turn-observer.js';
import type { TurnResult } from '../../src/tasks/turn-result.js';
import { until } from '../support/until.js';

const DONE: TurnResult = { kind: 'completed', finalText: '' };
const turn = (taskId: string): ObservedTurn => ({ taskId, contextId: 'c', text: '' });

function watch(everyMs = 0) {
  let changes = 0;
  const watched = new EngineWatch({ everyMs, onChange: () => changes++, logger: silentLogger });
  return { watched, changes: () => changes };
}

test('a turn that did not stop counts until it has stopped', async () => {
  const { watched, changes } = watch();
  const stubborn = turn('stubborn');
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  watched.began(stubborn);
  watched.stuck(stubborn, stopped);
  watched.ended(stubborn, undefined);
  expect(watched.trouble).toMatch(/did not stop/);
  stop();
  await until('the recovery', () => watched.trouble === undefined);
  expect(changes()).toBe(2);
});

test('a turn that did not stop counts until a later turn is answered, but not one that ran at the same time', () => {
  const { watched } = watch();
  const [stubborn, beside, later, failing] = ['stubborn', 'beside', 'later', 'failing'].map(turn) as [
    ObservedTurn,
    ObservedTurn,
    ObservedTurn,
    ObservedTurn,
  ];
  watched.began(stubborn);
  watched.began(beside);
  watched.stuck(stubborn, new Promise(() => {}));
  watched.ended(beside, DONE);
  watched.ended(stubborn, DONE);
  expect(watched.trouble).toBeDefined();
  watched.began(failing);
  watched.ended(failing, { kind: 'failed', code: 'ENGINE_INTERNAL', message: '' });
  expect(watched.trouble).toBeDefined();
  watched.began(later);
  watched.ended(later, DONE);
  expect(watched.trouble).toBeUndefined();
});

test('the result of the health check counts, and a failed check counts as unhealthy', async () => {
  const { watched, changes } = watch();
  let answer: () => Promise<{ ok: boolean; detail: string }> = async () => ({ ok: true, detail: 'fine' });
  let checks = 0;
  const check = () => {
    checks++;
    return answer();
  };
  watched.attach({ check } as Partial<AgentEngine> as AgentEngine);
  watched.checkIfDue();
  await until('the check', () => checks === 1);
  expect(watched.trouble).toBeUndefined();
  answer = async () => ({ ok: false, detail: 'no disk' });
  watched.checkIfDue();
  await until('the fault', () => watched.trouble === 'no disk');
  answer = () => Promise.reject(new Error('secret'));
  watched.checkIfDue();
  await until('the failure', () => watched.trouble === 'its health check failed');
  answer = async () => ({ ok: true, detail: 'fine' });
  watched.checkIfDue();
  await until('the recovery', () => watched.trouble === undefined);
  expect(changes()).toBe(2);
});
