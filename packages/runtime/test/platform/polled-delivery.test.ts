import { readFile } from 'node:fs/promises';
import type { Part } from '@molecule/adapters';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerOf, connect, send } from '../support/a2a-client.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { recordingLogger } from '../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { calling, toolAdapter } from '../team/delegation/tool-adapter.js';

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
const answers = async (count: number) => {
  await until(`${count} answers`, () => chat().length >= count);
  return chat();
};

function say(text: string, options: { messageId?: string; metadata?: object; caller?: string } = {}) {
  const { caller, metadata, messageId } = options;
  const message = { parts: [{ type: 'text', text }], ...(messageId !== undefined && { messageId }) };
  return platform.proxy.send(ID, { message, ...(metadata && { metadata }) }, caller);
}

/** The messages of this workspace that wait for `workspace`. */
function sentTo(workspace: string) {
  const rows = platform.activities.rows.filter((row) => row.workspace_id === workspace && row.source_id === ID);
  return rows.map(({ request_body }) => (request_body as { params: { message: object } }).params.message);
}

describe('an agent that fetches its messages', () => {
  test('registers without an address, and answers a chat once, with its memory', async () => {
    expect(platform.of('/registry/register')[0]?.body).toMatchObject({ url: '', delivery_mode: 'poll' });
    const history = [{ role: 'user', parts: [{ kind: 'text', text: 'My name is Ada.' }] }];
    expect((await say('one', { metadata: { history } })).body).toMatchObject({ status: 'queued' });
    expect(await answers(1)).toEqual(['echo: one']);
    expect(played.turns[0]?.turn).toMatchObject({ history: [['human', 'My name is Ada.']] });
    await say('two');
    expect(await answers(2)).toEqual(['echo: one', 'echo: two']);
    // What it has told is in the same list, and is no message for it.
    expect(played.turns).toHaveLength(2);
  });

  test('takes the answer to the open question of a chat', async () => {
    await say(play({ ask: 'Which one?' }));
    expect(await answers(1)).toEqual(['Which one?']);
    await say('the red one');
    expect(await answers(2)).toEqual(['Which one?', 'answered: the red one']);
    expect(played.turns).toHaveLength(2);
  });

  test('takes no message of another workspace as the answer to an open question', async () => {
    await say(play({ ask: 'Which one?' }));
    expect(await answers(1)).toEqual(['Which one?']);
    const delegated = { parts: [{ text: 'a task' }], metadata: { delegation_id: 'd-1' } };
    await platform.proxy.send(ID, { message: delegated });
    expect(await answers(2)).toEqual(['Which one?', 'echo: a task']);
    await say('the red one');
    expect(await answers(3)).toEqual(['Which one?', 'echo: a task', 'answered: the red one']);
  });

  test('tells why it refuses a message, once, and goes on', async () => {
    await platform.proxy.send(ID, { message: { parts: [] } });
    await say('after it');
    const told = await answers(2);
    expect(told).toEqual([expect.stringMatching(/^The task was refused: .*at least one part/), 'echo: after it']);
    runtime = await runtime.restart();
    await say('more');
    expect(await answers(3)).toEqual([...told, 'echo: more']);
  });

  test('reads a file that a person has attached', async () => {
    platform.files.pending.set('file-1', Buffer.from('content'));
    const file = { uri: `platform-pending:${ID}/file-1`, name: 'a.txt', mimeType: 'text/plain' };
    await platform.proxy.send(ID, { message: { parts: [{ kind: 'file', file }, { text: 'read it' }] } });
    await answers(1);
    const turn = played.turns[0]?.turn;
    const parts: readonly Part[] = turn !== undefined && 'parts' in turn ? turn.parts : [];
    const path = parts.flatMap((part) => (part.kind === 'file' ? (part.path ?? []) : [])).join();
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(platform.files.pending.size).toBe(0);
  });

  test('sends the answer to another workspace as a message of its own, which nobody answers', async () => {
    platform.registry.polling.add(PEER);
    await say('sum it', { caller: PEER, messageId: 'm-1' });
    await until('the answer', () => sentTo(PEER).length > 0);
    expect(sentTo(PEER)).toMatchObject([
      { parts: [{ kind: 'text', text: 'echo: sum it' }], metadata: { 'molecule.answers': 'm-1' } },
    ]);
    // The peer is an agent like this one: what it answers is read, and answered no more.
    const parts = [{ kind: 'text', text: 'thanks' }];
    await platform.proxy.send(ID, { message: { parts, metadata: { 'molecule.answers': 'x' } } }, PEER);
    await say('done');
    expect(await answers(1)).toEqual(['echo: done']);
    await until('all turns', () => played.turns.length === 3);
    expect(sentTo(PEER)).toHaveLength(1);
  });

  test('goes on where it was when it starts again, and takes what came meanwhile', async () => {
    await say('one');
    await answers(1);
    platform.down = true;
    runtime = await runtime.restart();
    platform.down = false;
    await say('two', { messageId: 'm-2' });
    // The platform's sender repeats it.
    await say('two', { messageId: 'm-2' });
    expect(await answers(2)).toEqual(['echo: one', 'echo: two']);
    await say('three');
    expect(await answers(3)).toEqual(['echo: one', 'echo: two', 'echo: three']);
    expect(played.turns).toHaveLength(3);
  });

  test('begins with what the platform has when the record of its cursor is gone, and answers nothing twice', async () => {
    await say('one');
    await answers(1);
    const { rows } = platform.activities;
    // Old records are removed.
    rows.splice(0, rows.length, ...rows.filter(({ method }) => method !== 'message/send'));
    await say('two');
    await until('the second answer', () => chat().includes('echo: two'));
    expect(chat()).toEqual(['echo: one', 'echo: two']);
  });
});

test('a platform that records no messages is named in the log, and calls the agent no more than before', async () => {
  await using old = await startFakePlatform();
  old.registry.knowsPolling = false;
  const { logger, lines } = recordingLogger();
  const environment = { ...ENVIRONMENT, PLATFORM_URL: old.url };
  await using _agent = await startTestRuntime({ adapter: playAdapter().adapter, environment, logger });
  await until('the refusal', () => old.of('/registry/register').length > 0);
  await until('the log', () => lines.some(({ message }) => /unreachable or refuses/.test(message)));
  expect(JSON.stringify(lines)).toContain('MOLECULE_PLATFORM_DELIVERY');
});

test.each(['delegated', 'proxied'])(
  'a task for a peer that fetches its messages, %s by the platform, is said to be answered later',
  async (way) => {
    await using fake = await startFakePlatform();
    const lead = toolAdapter();
    // Listed with an address, it is tried at this one first, where nothing listens.
    const url = way === 'proxied' ? 'http://localhost:9' : null;
    fake.peers = [{ id: PEER, name: 'helper', url, parent_id: ID, agent_card: { 'x-molecule-answers-repeats': true } }];
    fake.registry.polling.add(PEER);
    fake.delegations.polling.add(PEER);
    await using agent = await startTestRuntime({
      adapter: lead.adapter,
      environment: { WORKSPACE_ID: ID, PLATFORM_URL: fake.url },
    });
    await until('the registration', () => fake.of('/registry/heartbeat').length > 0);
    const client = await connect(agent.url);
    const answer = answerOf(await send(client, calling('delegate_task', { workspace_id: 'helper', task: 'sum' })));
    expect(answer).toMatch(/handed over.*as a message of its own/);
  },
);
