import { expect, it } from 'vitest';
import { startConsoleRuntime } from '../support/console-package.js';
import { openConsoleStream } from '../support/console-stream.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { until } from '../support/until.js';

interface Events {
  readonly events: readonly { readonly seq: number; readonly event: Readonly<Record<string, unknown>> }[];
  readonly complete: boolean;
}

it('shows what happened step by step after the events of a task were deleted', async () => {
  const { adapter } = playAdapter();
  const config = `name: Test\nversion: 1.0.0\nruntime: ${adapter.name}\nretention:\n  events: 1s\n`;
  await using started = await startConsoleRuntime({ adapter, config });
  const task = await started.runtime.client.send(
    play(
      { say: 'I look.' },
      { event: { type: 'tool-call', id: '1', name: 'search', input: { query: 'cats' } } },
      { event: { type: 'tool-result', id: '1', ok: true, output: 'z'.repeat(50_000) } },
      { say: ' Found.' },
    ),
  );
  const url = `tasks/${task.id}/events`;
  const page = await until('the events are deleted', async () => {
    const found = await started.get<Events>(url);
    return found.complete ? undefined : found;
  });
  expect(page.events.length).toBeGreaterThanOrEqual(4);
  expect(page.events.every(({ event }) => 'statusUpdate' in event)).toBe(true);
  const text = JSON.stringify(page.events);
  expect(text).toContain('"name":"search","input":{"query":"cats"}');
  expect(text).toContain('TASK_STATE_COMPLETED');
  expect(text.length).toBeLessThan(14_000);
  expect(await started.get(`tasks/${task.id}`)).toMatchObject({
    events: { first: 1, complete: false },
    task: { artifacts: [{ parts: [{ text: 'I look. Found.' }] }] },
  });
  await using stream = await openConsoleStream(`${started.api}/${url}`);
  await stream.until('end');
  expect(stream.events.slice(0, -1).map(({ data }) => data)).toEqual(page.events);
  await using whole = await openConsoleStream(`${started.api}/changes?task=${task.id}&after=${page.events[0]?.seq}`);
  await whole.until('end');
  const shown = whole.events.filter(({ event }) => event === 'event');
  expect(shown.map(({ data }) => data['seq'])).toEqual(page.events.slice(1).map(({ seq }) => seq));
});
