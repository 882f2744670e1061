import type { TemporalDevServer } from '@molecule/temporal/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOf, begin, connect, send, stateOf, text as textPart } from '../../support/a2a-client.js';
import { until } from '../../support/until.js';
import { DurableWorkspace } from './support/durable-workspace.js';
import { plan, words } from './support/ledger-adapter.js';
import { settled } from './support/settled.js';
import { historyOf, isAttended, startTemporal, workflowStatus } from './support/temporal.js';

const KIB = 1024;
const [OLD_KEY, NEW_KEY] = ['an old key of some length', 'a new key of some length'];

let temporal: TemporalDevServer;
beforeAll(async () => {
  temporal = await startTemporal();
});
afterAll(() => temporal?.stop());

const ended = (taskId: string) =>
  until('its workflow has ended', async () => (await workflowStatus(temporal, taskId)) === 'COMPLETED', 60_000);

it.concurrent.each([300 * KIB, 3 * KIB * KIB])(
  'an input of %d bytes is in the log, and the history only refers to it',
  async (size) => {
    await using workspace = await DurableWorkspace.create(temporal.address);
    await using runtime = await workspace.start();
    const text = `begin ${'word '.repeat(size / 5)}end`;
    const task = await send(await connect(runtime.url), text);
    expect(stateOf(task)).toBe('completed');
    await ended(task.id);
    const { readable } = await historyOf(temporal, task.id);
    expect(readable).toContain(`${task.id}#1`);
    expect(readable).not.toContain('word word');
    expect(workspace.begins(task.id)).toHaveLength(1);
  },
);

it.concurrent('a message with a file of 7 MB leaves a history of some kilobytes, which names the file', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using runtime = await workspace.start();
  const content = { $case: 'raw', value: Buffer.alloc(7_000_000, 'file ') } as const;
  const file = { content, filename: 'large.txt', mediaType: 'text/plain', metadata: undefined };
  const task = await send(await connect(runtime.url), '', { parts: [textPart('look'), file] });
  expect(stateOf(task)).toBe('completed');
  await ended(task.id);
  const { readable } = await historyOf(temporal, task.id);
  expect(readable).toContain('molecule-file:');
  expect(readable.length).toBeLessThan(100 * KIB);
});

it.concurrent('after the end of its process, a turn with a large input is resumed with the input from the log', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess();
  const gate = workspace.file('gate');
  const text = plan({ words: 3, untilFile: gate }).replace('{', `{"padding":"${'x'.repeat(300 * KIB)}",`);
  const { id } = await begin(await connect(first.url), text);
  await until('its activity runs', () => isAttended(temporal, id), 60_000);
  await first.kill('SIGKILL');
  await using second = await workspace.startProcess();
  await until('it runs again', () => workspace.begins(id).length === 2, 60_000);
  await workspace.release(gate);
  expect(answerOf(await settled(await connect(second.url), id))).toBe(words(3));
});

it.concurrent('message and answer are readable in the history without a key, and not with one', async () => {
  const [question, answer] = ['my secret question', 'echo: my secret question'];
  const ask = async (environment: Record<string, string>) => {
    await using workspace = await DurableWorkspace.create(temporal.address, environment);
    await using runtime = await workspace.start();
    const task = await send(await connect(runtime.url), question);
    expect(answerOf(task)).toBe(answer);
    await ended(task.id);
    return (await historyOf(temporal, task.id)).readable;
  };
  expect(await ask({})).toContain(question);
  const readable = await ask({ MOLECULE_ENCRYPTION_KEY: OLD_KEY });
  expect(readable).not.toContain('secret');
  expect(readable).toContain('encrypted');
});

it.concurrent('after a rotation of keys, payloads of the old key are still readable', async () => {
  await using workspace = await DurableWorkspace.create(temporal.address);
  await using first = await workspace.startProcess({ MOLECULE_ENCRYPTION_KEY: OLD_KEY });
  const gate = workspace.file('gate');
  const { id } = await begin(await connect(first.url), plan({ words: 3, untilFile: gate }));
  await until('its activity runs', () => isAttended(temporal, id), 60_000);
  await first.kill('SIGKILL');
  await using second = await workspace.startProcess({ MOLECULE_ENCRYPTION_KEY: `${NEW_KEY},${OLD_KEY}` });
  await until('it runs again', () => workspace.begins(id).length === 2, 60_000);
  await workspace.release(gate);
  expect(answerOf(await settled(await connect(second.url), id))).toBe(words(3));
  await ended(id);
});
