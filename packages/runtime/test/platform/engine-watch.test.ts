import { type AgentEngine, silentLogger } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { EngineWatch } from '../../src/platform/engine-watch.js';
import type { ObservedTurn } from '../../src/runner/turn-observer.js';
import type { TurnResult } from '../../src/runner/turn-result.js';
import { until } from '../support/until.js';

const DONE: TurnResult = { kind: 'completed', finalText: '' };
const turn = (taskId: string): ObservedTurn => ({ taskId, contextId: 'c', text: '' });

function watch(everyMs = 0) {
  let changes = 0;
  const watched = new EngineWatch({ everyMs, onChange: () => changes++, logger: silentLogger });
  return { watched, changes: () => changes };
}

test('a turn that did not stop counts until it has', async () => {
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
  await until('it to count as well', () => watched.trouble === undefined);
  expect(changes()).toBe(2);
});

test('or until a turn that began later is answered, and not one that ran beside it', () => {
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

test('an engine is believed what it says of itself, and one that cannot say it is not well', async () => {
  const { watched, changes } = watch();
  let answer: () => Promise<{ ok: boolean; detail: string }> = async () => ({ ok: true, detail: 'fine' });
  let asked = 0;
  const check = () => {
    asked++;
    return answer();
  };
  watched.watch({ check } as Partial<AgentEngine> as AgentEngine);
  watched.look();
  await until('the question', () => asked === 1);
  expect(watched.trouble).toBeUndefined();
  answer = async () => ({ ok: false, detail: 'no disk' });
  watched.look();
  await until('the complaint', () => watched.trouble === 'no disk');
  answer = () => Promise.reject(new Error('secret'));
  watched.look();
  await until('the failure', () => watched.trouble === 'could not be asked how it is');
  answer = async () => ({ ok: true, detail: 'fine' });
  watched.look();
  await until('it to be well', () => watched.trouble === undefined);
  expect(changes()).toBe(2);
});
