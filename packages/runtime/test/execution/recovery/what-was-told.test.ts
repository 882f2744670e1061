import type { Task } from '@a2a-js/sdk';
import type { InputRequest, TurnEvent } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { answerOf, begin, connect, data, failureOf, getTask, send, stateOf, textOf } from '../../support/a2a-client.js';
import { startHost, workspaceDirectory } from '../../support/host-process.js';
import { play, type Step } from '../../support/play-adapter.js';
import { freshDatabase } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';

const event = (value: TurnEvent): Step => ({ event: value });
const text = (value: string) => [{ kind: 'text', text: value }] as const;
const BYTES = Buffer.from('bytes').toString('base64');
const question = (requestId: string, more: Partial<InputRequest> = {}): InputRequest => ({
  requestId,
  request: 'question',
  prompt: `${requestId}?`,
  ...more,
});
const asking = (first: InputRequest, ...also: InputRequest[]) =>
  play(event({ type: 'input-required', ...first, also }));

const prompts = ({ status }: Task) => textOf(status?.message?.parts ?? []);
const answer = (taskId: string, requestId: string, said: string) => ({
  taskId,
  parts: [data({ requestId, text: said })],
});

it.each(['SQLite', 'PostgreSQL'])('what an engine told and asked outlives its process, in %s', async (store) => {
  await using directory = await workspaceDirectory();
  await using database = store === 'PostgreSQL' ? await freshDatabase() : undefined;
  const options = { directory: directory.path, database: database?.url };
  const host = await startHost(options);
  const client = await connect(host.url);
  const telling = await begin(
    client,
    play(
      event({ type: 'artifact', id: 'report', name: 'Report', parts: text('one ') }),
      event({ type: 'artifact', id: 'report', parts: text('two'), append: true }),
      event({ type: 'artifact', id: 'report', parts: [{ kind: 'file', name: 'r', data: BYTES }], append: true }),
      event({ type: 'data', data: { count: 2 }, schema: { type: 'object' } }),
      event({ type: 'status', text: 'Counting' }),
      { gate: 'never' },
    ),
  );
  const told = await until('it has told all', async () => {
    const now = await getTask(client, telling.id);
    return prompts(now) === 'Counting' ? now : undefined;
  });
  const rejected = await send(client, play(event({ type: 'reject', reason: 'I do not cook.' })));
  const signing = await send(client, play(event({ type: 'auth-required', requestId: 's', prompt: 'Sign in.' })));
  const asked = await send(client, asking(question('a'), question('b'), question('c')));
  await send(client, '', answer(asked.id, 'b', 'to b'));
  const expiresAt = new Date(Date.now() + 500).toISOString();
  const expiring = await send(client, asking(question('d', { expiresAt, otherwise: { text: 'never mind' } })));
  await host.kill('SIGKILL');

  const second = await startHost(options);
  const between = await connect(second.url);
  const ended = await until('the turn that ran has ended', async () => {
    const now = await getTask(between, telling.id);
    return stateOf(now) === 'failed' ? now : undefined;
  });
  expect([failureOf(ended), ended.artifacts.length]).toEqual(['INTERRUPTED_BY_RESTART', 2]);
  expect(ended.artifacts).toEqual(told.artifacts);
  expect(await getTask(between, rejected.id)).toEqual(rejected);
  expect(await getTask(between, signing.id)).toEqual(signing);
  expect(answerOf(await send(between, 'done', { taskId: signing.id }))).toBe('answered: done');
  const waiting = await send(between, '', answer(asked.id, 'a', 'to a'));
  expect([stateOf(waiting), prompts(waiting)]).toEqual(['input_required', 'c?']);
  const expired = await until('the question has expired', async () => {
    const now = await getTask(between, expiring.id);
    return stateOf(now) === 'completed' ? now : undefined;
  });
  expect(answerOf(expired)).toBe('answered: never mind');
  await second.kill('SIGKILL');

  await using third = await startHost(options);
  const after = await connect(third.url);
  expect(await getTask(after, asked.id)).toEqual(waiting);
  const done = await send(after, '', answer(asked.id, 'c', 'to c'));
  expect(answerOf(done)).toBe('answered: to a, to b, to c');
});
