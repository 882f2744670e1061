import { expect, it } from 'vitest';
import { BINDINGS, connect, send, sending, WITH_GRPC } from '../../support/a2a-client.js';
import { bareRunner } from '../../support/bare-runner.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { addTask } from '../../tasks/log/open-log.js';

const EXTENSION = 'https://example.com/extensions/trace/v1';
const OTHER = 'https://example.com/extensions/other/v1';

it.each(BINDINGS)('the engine hears what a request says besides its message, on $binding $version', async (binding) => {
  const { adapter, turns } = playAdapter();
  const environment = { ...WITH_GRPC, MOLECULE_TOKENS: 'alice:0123456789abcdef-alice' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const client = await connect(runtime.url, { ...binding, token: '0123456789abcdef-alice' });
  const asked = sending('hello', { metadata: { of: 'the message' } });
  const { message, configuration } = asked;
  if (!message || !configuration) throw new Error('no message');
  const header = binding.version === '0.3' ? 'X-A2A-Extensions' : 'A2A-Extensions';
  await client.sendMessage(
    {
      ...asked,
      message: { ...message, referenceTaskIds: ['task-7', 'task-8'], extensions: [OTHER] },
      configuration: { ...configuration, acceptedOutputModes: ['application/json', 'text/plain'] },
      metadata: { of: 'the request', budget: 3 },
    },
    { serviceParameters: { [header]: `${EXTENSION}, ${OTHER}` } },
  );
  const turn = turns[0]?.turn;
  expect(turn?.metadata).toMatchObject({ of: 'the message', budget: 3 });
  expect(turn?.request).toEqual({
    caller: 'alice',
    metadata: { of: 'the request', budget: 3 },
    // A message of 0.3 over REST and gRPC has no field for them.
    referenceTaskIds: binding.version === '0.3' && binding.binding !== 'JSONRPC' ? [] : ['task-7', 'task-8'],
    acceptedOutputModes: ['application/json', 'text/plain'],
    extensions: [EXTENSION, OTHER],
  });
});

it('a request that says nothing besides its message gives empty lists', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  await send(await connect(runtime.url), 'hello');
  const nothing = { metadata: {}, referenceTaskIds: [], acceptedOutputModes: [], extensions: [] };
  expect(turns[0]?.turn.request).toEqual({ caller: 'anonymous', ...nothing });
});

it('an answer and a repeated attempt have the details of their own request', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter });
  const client = await connect(runtime.url);
  const steps = play({ fail: 'overloaded', onAttempts: [1] }, { ask: 'Which?' });
  const asked = await client.sendMessage({ ...sending(steps), metadata: { number: 1 } });
  const taskId = 'status' in asked ? asked.id : '';
  await client.sendMessage({ ...sending('blue', { taskId }), metadata: { number: 2 } });
  const seen = turns.map(({ turn }) => [turn.kind, turn.attempt, turn.request?.metadata]);
  expect(seen).toEqual([
    ['message', 1, { number: 1 }],
    ['continue', 2, { number: 1 }],
    ['message', 2, { number: 1 }],
    ['answer', 1, { number: 2 }],
  ]);
});

it('a message that an older version has accepted has no details', async () => {
  const { engine, turns } = playAdapter();
  await using bare = await bareRunner(engine);
  const { taskId } = await addTask(bare.log);
  await bare.runner.run(taskId, 1, { durable: false });
  expect(turns.map(({ turn }) => turn.request)).toEqual([undefined]);
});
