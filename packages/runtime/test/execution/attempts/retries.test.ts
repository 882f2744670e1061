import type { Adapter, AgentEngine } from '@molecule/adapters';
import { expect, it } from 'vitest';
import {
  answerOf,
  begin,
  connect,
  failureOf,
  getTask,
  send,
  sending,
  stateOf,
  textOf,
} from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const FAST = { MOLECULE_RETRY_INITIAL: '1ms', MOLECULE_RETRY_MAX: '5ms' };

it.each(['rate-limit', 'overloaded', 'unavailable', 'engine-died'] as const)(
  'a turn that failed with %s is tried again from its beginning, and its earlier text is withdrawn',
  async (code) => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: FAST });
    const client = await connect(runtime.url);
    const steps = play({ say: 'half' }, { wait: 40 }, { fail: code, onAttempts: [1] }, { say: ' whole' });
    const reader = await new StreamReader().readAll(client.sendMessageStream(sending(steps)));
    expect(stateOf(reader.task)).toBe('completed');
    expect(reader.answer).toBe('half whole');
    expect(reader.resets).toHaveLength(1);
    expect(turns.map(({ turn }) => `${turn.kind} ${turn.attempt}`)).toEqual(['message 1', 'continue 2', 'message 2']);
    expect(new Set(turns.map(({ turn }) => turn.messageId)).size).toBe(1);
  },
);

it('a file that each attempt produces reaches the caller once, and so does another file of that name', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const file = (data: string) => ({ event: { type: 'file', file: { kind: 'file', name: 'a.txt', data } } }) as const;
  const steps = play(file('AA=='), { fail: 'unavailable', onAttempts: [1] }, file('AQ=='), { say: 'done' });
  const task = await send(await connect(runtime.url), steps);
  expect(task.artifacts.map(({ artifactId, parts: [part] }) => [artifactId, part?.filename])).toEqual([
    ['file-1-1', 'a.txt'],
    ['file-1-2', 'a.txt'],
    ['answer-1', ''],
  ]);
});

it('a turn has as many attempts as configured, and then fails with the last reason', async () => {
  const { adapter, turns } = playAdapter();
  const environment = { ...FAST, MOLECULE_RETRY_ATTEMPTS: '4' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const task = await send(await connect(runtime.url), play({ fail: 'overloaded', message: 'Too busy.' }));
  expect(stateOf(task)).toBe('failed');
  expect(failureOf(task)).toBe('ENGINE_OVERLOADED');
  expect(textOf(task.status?.message?.parts ?? [])).toBe('Too busy.');
  expect(new Set(turns.map(({ turn }) => turn.attempt))).toEqual(new Set([1, 2, 3, 4]));
});

it.each(['auth', 'invalid-request', 'context-overflow', 'too-many-steps', 'unsupported', 'lost', 'internal'] as const)(
  'a turn that failed with %s is not tried again',
  async (code) => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: FAST });
    const task = await send(await connect(runtime.url), play({ say: 'so far' }, { fail: code }));
    expect(failureOf(task)).toBe(`ENGINE_${code.toUpperCase().replaceAll('-', '_')}`);
    expect(answerOf(task)).toBe('so far');
    expect(turns).toHaveLength(1);
  },
);

it('the next attempt begins after the wait that the provider requests', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const began = performance.now();
  const task = await send(
    await connect(runtime.url),
    play({ fail: 'rate-limit', retryAfterMs: 300, onAttempts: [1] }, { say: 'ok' }),
  );
  expect(answerOf(task)).toBe('ok');
  expect(performance.now() - began).toBeGreaterThanOrEqual(300);
});

it.each([[[]], [[{ say: 'x' }]]])(
  'if an engine throws anything but an EngineError, the turn is not tried again, whether or not it yielded text',
  async (before) => {
    const { adapter, turns } = playAdapter();
    await using runtime = await startTestRuntime({ adapter, environment: FAST });
    const task = await send(await connect(runtime.url), play(...before, { crash: 'oops', onAttempts: [1] }));
    expect(failureOf(task)).toBe('ENGINE_INTERNAL');
    expect(turns).toHaveLength(1);
  },
);

it('an attempt gets the checkpoint of the previous one', async () => {
  const { adapter, turns } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const steps = play(
    { checkpoint: { step: 1 } },
    { checkpoint: { step: 2 } },
    { fail: 'engine-died', onAttempts: [1] },
  );
  await send(await connect(runtime.url), steps);
  expect(turns.map(({ turn }) => turn.checkpoint)).toEqual([undefined, { step: 2 }, { step: 2 }]);
});

it('a checkpoint larger than 64 KiB is refused, and fails the turn', async () => {
  const { adapter } = playAdapter();
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const task = await send(await connect(runtime.url), play({ checkpoint: 'x'.repeat(64 * 1024) }));
  expect(failureOf(task)).toBe('ENGINE_INVALID_REQUEST');
});

it('an engine that ends without an answer fails the turn', async () => {
  const ended = { next: () => Promise.resolve({ done: true as const, value: undefined }) };
  const adapter = engineOf(() => ({ [Symbol.asyncIterator]: () => ended }));
  await using runtime = await startTestRuntime({ adapter, environment: FAST });
  const task = await send(await connect(runtime.url), 'hello');
  expect(failureOf(task)).toBe('ENGINE_INTERNAL');
});

it('an error reaches the caller as a code and a safe message; its text, stack and paths are only in the log', async () => {
  const secret = 'sk-very-secret at /home/operator/agent.ts:12:3';
  const { logger, lines } = recordingLogger();
  await using runtime = await startTestRuntime({ adapter: throwing(new Error(secret)), environment: FAST, logger });
  const client = await connect(runtime.url);
  const events: string[] = [];
  for await (const event of client.sendMessageStream(sending('hello'))) events.push(JSON.stringify(event));
  const task = await send(client, 'hello again');
  const told = `${events.join('\n')}\n${JSON.stringify(await getTask(client, task.id))}`;
  expect(told).toContain('ENGINE_INTERNAL');
  expect(told).not.toMatch(/sk-very-secret|\/home\/|\.ts:|node_modules/);
  const logged = lines.map(({ fields }) => fields['error']).filter((error) => error instanceof Error);
  expect(logged.map(({ message }) => message)).toContain(secret);
});

it('a turn that takes too long fails once, and its engine is aborted', async () => {
  const { adapter, turns } = playAdapter();
  const environment = { ...FAST, MOLECULE_TURN_TIMEOUT: '150ms' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const task = await send(await connect(runtime.url), play({ say: 'so far' }, { gate: 'never' }));
  expect(failureOf(task)).toBe('TURN_TIMEOUT');
  expect(answerOf(task)).toBe('so far');
  expect(turns).toHaveLength(1);
  expect(turns[0]).toMatchObject({ running: false, reason: { code: 'deadline' } });
});

it('the time of a turn counts the waits between its attempts', async () => {
  const { adapter } = playAdapter();
  const environment = { ...FAST, MOLECULE_TURN_TIMEOUT: '150ms' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const task = await send(await connect(runtime.url), play({ fail: 'rate-limit', retryAfterMs: 60_000 }));
  expect(failureOf(task)).toBe('TURN_TIMEOUT');
});

it('a turn that waits for its lane does not use up its time', async () => {
  const { adapter, gates } = playAdapter();
  const environment = { ...FAST, MOLECULE_TURN_TIMEOUT: '400ms' };
  await using runtime = await startTestRuntime({ adapter, environment });
  const client = await connect(runtime.url);
  await begin(client, play({ wait: 300 }), { contextId: 'c-1' });
  const second = await begin(client, play({ wait: 300 }, { say: 'in time' }), { contextId: 'c-1' });
  gates.open('first');
  const task = await until('the second is over', async () => {
    const now = await getTask(client, second.id);
    return ['completed', 'failed'].includes(stateOf(now)) && now;
  });
  expect(answerOf(task)).toBe('in time');
});

/** An adapter whose engine breaks with this error at once. */
function throwing(error: Error): Adapter {
  const broken = { next: () => Promise.reject(error) };
  return engineOf(() => ({ [Symbol.asyncIterator]: () => broken }));
}

function engineOf(runTurn: AgentEngine['runTurn']): Adapter {
  return { ...playAdapter().adapter, createEngine: () => ({ runTurn }) };
}
