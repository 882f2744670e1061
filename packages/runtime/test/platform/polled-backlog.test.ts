import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const PEER = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11';
const ENVIRONMENT = { WORKSPACE_ID: ID, MOLECULE_PLATFORM_DELIVERY: 'poll' };

let platform: FakePlatform;
let played: PlayAdapter;
let runtime: TestRuntime;

beforeEach(async () => {
  platform = await startFakePlatform();
  played = playAdapter({ repeatableTurns: true });
  const environment = { ...ENVIRONMENT, PLATFORM_URL: platform.url };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
});

afterEach(async () => {
  await runtime[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

const chat = () => platform.activities.chat(ID);
const answers = (count: number) => until(`${count} answers`, () => chat().length >= count);
const say = (text: string) => platform.proxy.send(ID, { message: { parts: [{ type: 'text', text }] } });

describe('an agent that fetches its messages', () => {
  test('takes more than the platform lists at once', async () => {
    await say('first');
    await answers(1);
    for (let count = 0; count < 1_100; count++) platform.activities.notify(PEER, 'noise', undefined);
    for (let count = 0; count < 600; count++) {
      platform.activities.add({ ...platform.activities.rows[0], workspace_id: ID } as never);
    }
    await say('last');
    await until('the answer', () => played.turns.length === 2);
  });

  test('steps over records that are too large to be fetched at once', async () => {
    await say('first');
    await answers(1);
    platform.activities.notify(ID, 'x'.repeat(17 * 1024 * 1024), undefined);
    await say('last');
    await until('the answer', () => played.turns.length === 2);
    expect(runtime.logs.some(({ message }) => /too large/.test(message))).toBe(true);
    expect(runtime.logs.some(({ message }) => /unreachable/.test(message))).toBe(false);
  });

  test('goes on with other contexts while the queue of one is full', async () => {
    const inContext = (text: string, contextId: string) =>
      platform.proxy.send(ID, { message: { parts: [{ text }], contextId } as never });
    await inContext(play({ gate: 'held' }, { say: 'held' }), 'full');
    for (let count = 0; count < 20; count++) await inContext(`one of many ${count}`, 'full');
    await inContext('elsewhere', 'other');
    await until('the other context', () => chat().includes('echo: elsewhere'));
    played.gates.open('held');
    await until('all answers', () => chat().length === 22, 30_000);
    const texts = played.turns.map(({ turn }) => ('text' in turn ? turn.text : ''));
    const many = texts.filter((text) => text.startsWith('one of many'));
    expect(many).toEqual(Array.from({ length: 20 }, (_, count) => `one of many ${count}`));
  }, 40_000);

  test('takes all that the platform has, and not only one page, when the record of its cursor is gone', async () => {
    await say('one');
    await answers(1);
    platform.down = true;
    const { rows } = platform.activities;
    rows.splice(0, rows.length);
    await say('two');
    for (let count = 0; count < 600; count++) platform.activities.notify(ID, 'noise', undefined);
    platform.down = false;
    await until('the second answer', () => played.turns.length === 2);
  });
});

test('the first start takes the messages of the last minutes, and leaves older ones unanswered, which the log says', async () => {
  await using fake = await startFakePlatform();
  const keep = (text: string, minutes: number) => {
    const message = { role: 'user', messageId: text, parts: [{ text }] };
    const columns = { workspace_id: ID, activity_type: 'a2a_receive', method: 'message/send', status: 'ok' };
    const row = { ...columns, source_id: null, target_id: ID, summary: '', error_detail: null };
    fake.activities.add({ ...row, request_body: { params: { message } } }, Date.now() - minutes * 60_000);
  };
  keep('yesterday', 1_440);
  keep('an hour ago', 60);
  keep('just now', 1);
  const fetching = playAdapter();
  const { logger, lines } = recordingLogger();
  const environment = { ...ENVIRONMENT, PLATFORM_URL: fake.url };
  await using _agent = await startTestRuntime({ adapter: fetching.adapter, environment, logger });
  await until('the answer', () => fake.activities.chat(ID).length > 0);
  await fake.proxy.send(ID, { message: { parts: [{ text: 'later' }] } });
  await until('the next answer', () => fake.activities.chat(ID).length > 1);
  expect(fake.activities.chat(ID)).toEqual(['echo: just now', 'echo: later']);
  expect(lines.find(({ message }) => /before the first start/.test(message))?.fields).toMatchObject({ left: 2 });
});

test('a workspace that fetched its messages is called again once it registers an address', async () => {
  await using fake = await startFakePlatform();
  fake.registry.polling.add(ID);
  const called = playAdapter();
  const environment = { WORKSPACE_ID: ID, PLATFORM_URL: fake.url };
  await using _agent = await startTestRuntime({ adapter: called.adapter, environment });
  await until('the registration', () => fake.of('/registry/heartbeat').length > 0);
  expect(fake.of('/registry/register')[0]?.body).toMatchObject({ delivery_mode: 'push' });
  const reply = await fake.proxy.send(ID, { message: { parts: [{ kind: 'text', text: 'hi' }] } });
  expect(reply.body).toMatchObject({ result: { parts: [{ text: 'echo: hi' }] } });
});
