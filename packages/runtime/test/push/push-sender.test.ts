import { silentLogger } from '@molecule/adapters';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PushSender } from '../../src/push/push-sender.js';
import type { DutyWork } from '../../src/tasks/duties.js';
import type { PendingPush } from '../../src/tasks/log/push/push-deliveries.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A sender of what is pending, whose deliveries end when they are ended. */
function sending(pending: PendingPush[]) {
  const stop = new AbortController();
  const deliveries = { pending: vi.fn(async () => pending), catchUp: vi.fn(async () => {}) };
  const hold = vi.fn((_name: string, work: DutyWork) => {
    void work({ signal: stop.signal, isHeld: true });
    return async () => stop.abort();
  });
  const ends: (() => void)[] = [];
  const deliver = vi.fn((_pending: PendingPush) => new Promise<void>((resolve) => ends.push(resolve)));
  let hint = () => {};
  const subscribe = (_kind: string, listener: (taskId: string) => void) => {
    hint = () => listener('t');
  };
  const sender = new PushSender({
    deliveries,
    duties: { hold },
    changes: { subscribe },
    courier: { deliver },
    logger: silentLogger,
  });
  sender.start();
  return { sender, deliveries, hold, deliver, ends, hint: () => hint() };
}

function pendingPush(number: number, owner = `owner ${number % 4}`): PendingPush {
  const origin = `https://${number}.example`;
  const failures = { tries: 0, failingSince: undefined, notBefore: 0 };
  const secret = { token: undefined, scheme: undefined, credentials: undefined };
  return { taskId: `t-${number}`, id: 'c', owner, url: origin, origin, version: '1.0', ...failures, ...secret };
}

it('the duty is asked for once there is something to deliver, and ends of older processes are looked for each minute', async () => {
  const pending: PendingPush[] = [];
  const { sender, deliveries, hold, deliver, hint } = sending(pending);
  await vi.advanceTimersByTimeAsync(150_000);
  expect([hold.mock.calls.length, deliveries.catchUp.mock.calls.length]).toEqual([0, 3]);
  pending.push(pendingPush(1));
  hint();
  await vi.advanceTimersByTimeAsync(100);
  expect([hold.mock.calls.length, deliveries.catchUp.mock.calls.length]).toEqual([1, 4]);
  expect(deliver).toHaveBeenCalledTimes(1);
  await sender.stop();
});

it('a sender that stops before there is anything to deliver asks for no duty', async () => {
  const pending: PendingPush[] = [];
  const { sender, hold } = sending(pending);
  await vi.advanceTimersByTimeAsync(100);
  await sender.stop();
  pending.push(pendingPush(1));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hold).not.toHaveBeenCalled();
});

it('an owner whose receivers do not answer leaves room for others', async () => {
  const pending = Array.from({ length: 40 }, (_, number) => pendingPush(number, number < 39 ? 'ann' : 'bob'));
  const { sender, deliveries, deliver, ends, hint } = sending(pending);
  await vi.advanceTimersByTimeAsync(100);
  expect(deliver.mock.calls.map(([{ owner }]) => owner)).toEqual([...Array(16).fill('ann'), 'bob']);
  hint();
  await vi.advanceTimersByTimeAsync(100);
  expect(deliveries.pending).toHaveBeenLastCalledWith(200, { origins: [], owners: ['ann'] });
  for (const end of ends) end();
  await sender.stop();
});

it('while as many are delivered as may be, nothing is read', async () => {
  const pending = Array.from({ length: 40 }, (_, number) => pendingPush(number));
  const { sender, deliveries, deliver, ends, hint } = sending(pending);
  await vi.advanceTimersByTimeAsync(100);
  expect(deliver).toHaveBeenCalledTimes(32);
  const reads = deliveries.pending.mock.calls.length;
  hint();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(deliveries.pending).toHaveBeenCalledTimes(reads);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(deliveries.pending).toHaveBeenCalledTimes(reads + 1);
  expect(deliver).toHaveBeenCalledTimes(33);
  for (const end of ends) end();
  await sender.stop();
});
