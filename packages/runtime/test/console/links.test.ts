import { expect, it } from 'vitest';
import { taskLinks } from '../../src/console/api/task-links.js';
import { startConsoleRuntime } from '../support/console-package.js';
import { playAdapter } from '../support/play-adapter.js';
import { rpc, wireMessage } from '../support/wire.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = `00-${TRACE}-b7ad6b7169203331-01`;

it('links a task to the trace that its caller named', async () => {
  const environment = { MOLECULE_TRACE_URL: 'https://traces.example.com/trace/{traceId}?view=all' };
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter, environment });
  const { body } = await rpc(started.runtime.url, 'SendMessage', wireMessage('hello'), { traceparent: SPAN });
  const { task } = body.result as { readonly task: { readonly id: string } };
  expect(await started.get(`tasks/${task.id}`)).toMatchObject({
    links: { trace: `https://traces.example.com/trace/${TRACE}?view=all` },
  });
  const untraced = await started.runtime.client.send('hello');
  expect((await started.get<{ links: object }>(`tasks/${untraced.id}`)).links).toEqual({});
});

it('links a durable task to its history in Temporal, and no other', async () => {
  const options = {
    read: { input: async () => undefined },
    historyUrl: (taskId: string) => `http://temporal/workflows/molecule-${taskId}`,
    traceUrl: undefined,
  };
  expect(await taskLinks({ taskId: 't', durable: true }, options)).toEqual({
    temporal: 'http://temporal/workflows/molecule-t',
  });
  expect(await taskLinks({ taskId: 't', durable: false }, options)).toEqual({});
});
