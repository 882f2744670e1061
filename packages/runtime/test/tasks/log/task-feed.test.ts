import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { LocalChanges } from '../../../src/tasks/changes.js';
import { statusEvent } from '../../../src/tasks/events/a2a-events.js';
import { type LoggedEvent, loggedEvent } from '../../../src/tasks/events/task-event.js';
import { TaskFeed } from '../../../src/tasks/log/task-feed.js';

const NEVER = new AbortController().signal;

it('memory with a gap is not used, because another process wrote events in between', () => {
  const feed = new TaskFeed(new LocalChanges());
  const subscription = feed.subscribe('t', NEVER);
  feed.publish('t', [event(1), event(2)]);
  expect(numbers(subscription.after(0))).toEqual([1, 2]);
  feed.publish('t', [event(5)]);
  expect(subscription.after(2)).toBeUndefined();
  expect(numbers(subscription.after(4))).toEqual([5]);
});

it('memory keeps only the newest events', () => {
  const feed = new TaskFeed(new LocalChanges());
  const subscription = feed.subscribe('t', NEVER);
  for (let seq = 1; seq <= 1_000; seq++) feed.publish('t', [event(seq)]);
  expect(subscription.after(0)).toBeUndefined();
  expect(numbers(subscription.after(998))).toEqual([999, 1_000]);
  expect(subscription.after(1_000)).toEqual([]);
});

it('memory is freed with the last subscriber', () => {
  const feed = new TaskFeed(new LocalChanges());
  const [first, second] = [feed.subscribe('t', NEVER), feed.subscribe('t', NEVER)];
  feed.publish('t', [event(1)]);
  first.close();
  first.close();
  expect(numbers(second.after(0))).toEqual([1]);
  second.close();
  expect(feed.subscribe('t', NEVER).after(0)).toBeUndefined();
});

it('the follower of a new turn finds its first events in memory', () => {
  const feed = new TaskFeed(new LocalChanges());
  feed.begin('t', event(1));
  feed.publish('t', [event(2)]);
  const subscription = feed.subscribe('t', NEVER);
  expect(numbers(subscription.after(0))).toEqual([1, 2]);
  feed.leave('t');
  subscription.close();
  expect(feed.subscribe('t', NEVER).after(0)).toBeUndefined();
});

it('memory is whole only while events of other processes would be noticed', () => {
  const feed = new TaskFeed(new LocalChanges());
  feed.begin('t', event(1));
  const subscription = feed.subscribe('t', NEVER);
  expect(subscription.isWhole).toBe(false);
  feed.watch('t');
  expect(subscription.isWhole).toBe(true);
  feed.leave('t');
  expect(subscription.isWhole).toBe(false);
  // Of a task that another process runs, memory has nothing.
  feed.watch('other');
  expect(feed.subscribe('other', NEVER).isWhole).toBe(false);
});

it('a follower that waits is woken by an event, by the end of the turn here, and by its own end', async () => {
  const feed = new TaskFeed(new LocalChanges());
  const ended = new AbortController();
  const subscription = feed.subscribe('t', ended.signal);
  for (const wake of [() => feed.publish('t', [event(1)]), () => feed.leave('t'), () => ended.abort()]) {
    const changed = subscription.changed();
    wake();
    await changed;
  }
});

function event(seq: number): LoggedEvent {
  return loggedEvent(statusEvent({ taskId: 't', contextId: 'c' }, TaskState.TASK_STATE_WORKING), seq);
}

function numbers(events: readonly LoggedEvent[] | undefined): number[] | undefined {
  return events?.map(({ seq }) => seq);
}
