import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { statusEvent } from '../../src/runner/a2a-events.js';
import type { LoggedEvent } from '../../src/task-log/task-event.js';
import { TaskFeed } from '../../src/task-log/task-feed.js';

it('memory that has a gap is not read: the log has what another process wrote in between', () => {
  const feed = new TaskFeed();
  const subscription = feed.subscribe('t');
  feed.publish('t', [event(1), event(2)]);
  expect(numbers(subscription.after(0))).toEqual([1, 2]);
  feed.publish('t', [event(5)]);
  expect(subscription.after(2)).toBeUndefined();
  expect(numbers(subscription.after(4))).toEqual([5]);
});

it('memory keeps the newest events alone', () => {
  const feed = new TaskFeed();
  const subscription = feed.subscribe('t');
  for (let seq = 1; seq <= 1_000; seq++) feed.publish('t', [event(seq)]);
  expect(subscription.after(0)).toBeUndefined();
  expect(numbers(subscription.after(998))).toEqual([999, 1_000]);
  expect(subscription.after(1_000)).toEqual([]);
});

it('memory is let go with the last subscriber', () => {
  const feed = new TaskFeed();
  const [first, second] = [feed.subscribe('t'), feed.subscribe('t')];
  feed.publish('t', [event(1)]);
  first.close();
  first.close();
  expect(numbers(second.after(0))).toEqual([1]);
  second.close();
  expect(feed.subscribe('t').after(0)).toBeUndefined();
});

it('a publication between looking and waiting wakes at once', async () => {
  const feed = new TaskFeed();
  const subscription = feed.subscribe('t');
  const version = subscription.version();
  feed.publish('t', [event(1)]);
  expect(await subscription.wait(version, 60_000, new AbortController().signal)).toBe(true);
});

function event(seq: number): LoggedEvent {
  return { seq, event: statusEvent({ taskId: 't', contextId: 'c' }, TaskState.TASK_STATE_WORKING) };
}

function numbers(events: readonly LoggedEvent[] | undefined): number[] | undefined {
  return events?.map(({ seq }) => seq);
}
