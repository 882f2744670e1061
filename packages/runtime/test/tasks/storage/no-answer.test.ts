import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { StorageGate, TURN } from '../../../src/tasks/storage/storage-gate.js';
import { ManualClock } from '../../support/manual-clock.js';

const SECOND = 1_000;

/** Whether a promise has settled, and how. */
function watched(promise: Promise<unknown>): { state: string } {
  const seen = { state: 'waits' };
  promise.then(
    () => (seen.state = 'answered'),
    (error: { readonly code?: string }) => (seen.state = `${error.code}`),
  );
  return seen;
}

it('once the process ends, work whose storage gives no answer fails after two seconds, and not before', async () => {
  const clock = new ManualClock();
  const gate = new StorageGate({ logger: silentLogger, clock, place: 'the database', verb: 'written' });
  let tries = 0;
  const never = () => {
    tries++;
    return new Promise<void>(() => {});
  };
  const early = watched(gate.run(never, TURN));
  await clock.pass(60 * SECOND);
  expect(early.state).toBe('waits');
  gate.giveUp();
  await clock.pass(1 * SECOND);
  const late = watched(gate.run(never, TURN));
  const quick = watched(gate.run(async () => {}, TURN));
  await clock.pass(0.9 * SECOND);
  expect([early.state, late.state, quick.state]).toEqual(['waits', 'waits', 'answered']);
  await clock.pass(0.2 * SECOND);
  expect([early.state, late.state]).toEqual(['STORAGE_UNAVAILABLE', 'waits']);
  await clock.pass(1 * SECOND);
  expect(late.state).toBe('STORAGE_UNAVAILABLE');
  expect(tries).toBe(2);
});

it('what was given up without an answer is not repeated, because it may have taken effect', async () => {
  const clock = new ManualClock();
  const gate = new StorageGate({ logger: silentLogger, clock, place: 'the database', verb: 'written' });
  const given = gate.run(() => new Promise<void>(() => {}), TURN).catch((error: unknown) => error);
  gate.giveUp();
  await clock.pass(3 * SECOND);
  const { hasTakenEffect } = (await given) as { readonly hasTakenEffect?: () => Promise<boolean> };
  await expect(hasTakenEffect?.()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
});
