import type { StreamResponse } from '@a2a-js/sdk';
import type { StatusObject } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { collect, GrpcClient, METHODS, refusalOf, refusedBy, seqOf } from './grpc-client.js';

const environment = { MOLECULE_GRPC_PORT: '0' };

function clientOf({ info }: TestRuntime): GrpcClient {
  return new GrpcClient(info.grpc?.address ?? '');
}

it('a stopping server lets its turns end, refuses new messages, and tasks can still be read', async () => {
  const { adapter, gates, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment });
  using client = clientOf(runtime);
  const streamed = collect(client.streamed(play({ say: 'half' }, { gate: 'go' }, { say: ' whole' })));
  const turn = await until('it runs', () => turns[0]);
  const stopped = runtime.shutdown(20_000);
  const refused = await until('messages are refused', () => refusalOf(client.send('late')).catch(() => undefined));
  expect(refused).toMatchObject({
    status: 'UNAVAILABLE',
    info: { code: 'SERVER_STOPPING' },
    details: ['google.rpc.ErrorInfo', 'google.rpc.RetryInfo'],
  });
  const { id } = { id: turn.turn.taskId };
  expect(await client.call(METHODS.getTask, { id, tenant: '', historyLength: undefined })).toMatchObject({ id });
  gates.open('go');
  const { end, events } = await streamed;
  expect([end.code, events.at(-1)?.payload?.$case]).toEqual([0, 'task']);
  await stopped;
});

it('a stream that is still open at the end says where its client can go on', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment });
  using client = clientOf(runtime);
  const asked = client.streamed(play({ say: 'before' }, { ask: 'Which?' }));
  const { events: first } = await collect(asked);
  const id = first[0]?.payload?.$case === 'task' ? first[0].payload.value.id : '';
  // It waits for an answer, so nothing ends this stream.
  const followed = client.stream(METHODS.subscribeToTask, { id, tenant: '' });
  const received: StreamResponse[] = [];
  followed.on('data', (event: StreamResponse) => received.push(event));
  const ended = new Promise<StatusObject>((resolve) => followed.once('status', resolve));
  followed.on('error', () => undefined);
  await until('it follows', () => received.length > 0);
  const [end] = await Promise.all([ended, runtime.shutdown(0)]);
  const last = received.at(-1);
  expect(refusedBy(end)).toMatchObject({
    status: 'UNAVAILABLE',
    reason: 'SERVER_STOPPING',
    details: ['google.rpc.ErrorInfo', 'google.rpc.RetryInfo'],
    lastEventId: String(last && seqOf(last)),
  });
});
