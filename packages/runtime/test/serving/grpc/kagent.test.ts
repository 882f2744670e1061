import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { healthDefinition } from '../../../src/serving/grpc/health/health-service.js';
import { sending } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { collect, GrpcClient, METHODS, refusalOf } from './grpc-client.js';

const SERVING = 1;

it('what kagent 2 asks of a runtime: health over both, and every call of A2A 1.0 under an authority of its own', async () => {
  const { adapter, gates, turns } = playAdapter();
  const environment = {
    MOLECULE_GRPC_PORT: '0',
    MOLECULE_HOST: '0.0.0.0',
    MOLECULE_ALLOW_ANONYMOUS: '1',
    MOLECULE_ALLOWED_HOSTS: '*',
  };
  await using runtime = await startTestRuntime({ adapter, environment });
  // Its router finds the runtime by the authority, which is no name of this machine.
  const authority = { 'grpc.default_authority': 'instance-1.actors.example' };
  using client = new GrpcClient(runtime.info.grpc?.address ?? '', undefined, authority);
  expect((await fetch(`${runtime.url}/readyz`)).status).toBe(200);
  expect(await client.call(healthDefinition.check, { service: 'lf.a2a.v1.A2AService' })).toBe(SERVING);

  const { events } = await collect(client.streamed(play({ say: 'streamed' })));
  const [first] = events;
  const id = first?.payload?.$case === 'task' ? first.payload.value.id : '';
  const get = { id, tenant: '', historyLength: undefined };
  expect(await client.call(METHODS.getTask, get)).toMatchObject({
    status: { state: TaskState.TASK_STATE_COMPLETED },
    artifacts: [{ parts: [{ content: { $case: 'text', value: 'streamed' } }] }],
  });
  expect(await refusalOf(client.call(METHODS.cancelTask, { id, tenant: '', metadata: undefined }))).toMatchObject({
    reason: 'TASK_NOT_CANCELABLE',
  });
  expect((await collect(client.stream(METHODS.subscribeToTask, get))).end).toMatchObject({ code: 9 });

  const later = { configuration: { ...sending('').configuration, returnImmediately: true } };
  const running = await client.send(play({ gate: 'go' }), { 'a2a-version': '1.0', traceparent: 'none' }, later);
  const followed = collect(client.stream(METHODS.subscribeToTask, { id: running.id, tenant: '' }));
  const canceled = await client.call(METHODS.cancelTask, { id: running.id, tenant: '', metadata: undefined });
  expect(canceled.status?.state).toBe(TaskState.TASK_STATE_CANCELED);
  expect((await followed).end.code).toBe(0);
  gates.open('go');
  const list = await client.call(METHODS.listTasks, {
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    // As the client in Go sends it.
    pageSize: 0,
    pageToken: '',
    historyLength: undefined,
    statusTimestampAfter: undefined,
    includeArtifacts: undefined,
  });
  expect(list.tasks.map((task) => task.id).sort()).toEqual([id, running.id].sort());
  expect(turns.length).toBeLessThanOrEqual(2);
});
