import { expect, it } from 'vitest';
import { LocalChanges, watchChanges } from '../../src/tasks/changes.js';
import { ManualClock } from '../support/manual-clock.js';

const NEVER = new AbortController().signal;

it('a publication ends a wait at once', async () => {
  const changes = new LocalChanges(new ManualClock());
  const ofTask = changes.wait({ kind: 'events', taskId: 't' }, NEVER);
  const ofAny = changes.wait({ kind: 'events' }, NEVER);
  changes.publish('t', 'events');
  await Promise.all([ofTask, ofAny]);
});

it('a publication of another task or kind does not end a wait, and the safety interval does', async () => {
  const clock = new ManualClock();
  const changes = new LocalChanges(clock);
  let woken = false;
  const wait = changes.wait({ kind: 'turn', taskId: 't' }, NEVER).then(() => {
    woken = true;
  });
  changes.publish('t', 'events');
  changes.publish('t', 'free');
  changes.publish('other', 'turn');
  await clock.pass(499);
  expect(woken).toBe(false);
  await clock.pass(1);
  await wait;
});

it('a watch misses no publication, makes one call at a time, and stops', async () => {
  const clock = new ManualClock();
  const changes = new LocalChanges(clock);
  const looks: (() => void)[] = [];
  const stop = watchChanges(changes, { kind: 'free' }, () => new Promise((resolve) => looks.push(resolve)));
  changes.publish('t', 'free');
  await clock.pass(0);
  expect(looks).toHaveLength(1);
  // This publication arrives during a call.
  changes.publish('t', 'free');
  await clock.pass(0);
  expect(looks).toHaveLength(1);
  looks[0]?.();
  await clock.pass(0);
  expect(looks).toHaveLength(2);
  stop();
  looks[1]?.();
  changes.publish('t', 'free');
  await clock.pass(10_000);
  expect(looks).toHaveLength(2);
});
