import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerIn } from '../support/fake-activities.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { type PlayAdapter, play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';

let platform: FakePlatform;
let played: PlayAdapter;
let runtime: TestRuntime;

beforeEach(async () => {
  platform = await startFakePlatform();
  played = playAdapter({ repeatableTurns: true });
  const environment = { PLATFORM_URL: platform.url, WORKSPACE_ID: ID };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
  await until('the registration', () => platform.of('/registry/heartbeat').length > 0);
});

afterEach(async () => {
  await runtime[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

interface Sent {
  readonly messageId?: string;
  readonly metadata?: object;
}

async function say(text: string, { messageId, metadata = {} }: Sent = {}): Promise<string> {
  const message = { parts: [{ kind: 'text', text }], ...(messageId !== undefined && { messageId }) };
  return answerIn((await platform.proxy.send(ID, { message, metadata })).body);
}

const chat = () => platform.activities.chat(ID);

describe('a chat of the canvas', () => {
  test('has a memory, although it sends no contextId', async () => {
    // Source: `ChatTab.tsx` sendMessage.
    const history = [
      { role: 'user', parts: [{ kind: 'text', text: 'My name is Ada.' }] },
      { role: 'agent', parts: [{ kind: 'text', text: 'Hello, Ada.' }] },
    ];
    await say('What is my name?', { metadata: { history } });
    expect(played.turns[0]?.turn).toMatchObject({
      history: [
        ['human', 'My name is Ada.'],
        ['ai', 'Hello, Ada.'],
      ],
    });
  });

  test('shows each answer once', async () => {
    expect(await say('one')).toBe('echo: one');
    await say(play({ fail: 'auth', message: 'no key' }));
    await until('the reports', () => platform.of(`/workspaces/${ID}/activity`).length === 2);
    expect(chat()).toEqual(['echo: one', 'The task failed: no key']);
    // Agent Comms shows no row that a turn has reported of itself.
    const rows = platform.activities.rows.filter(({ method }) => method === 'task');
    expect(rows.map(({ activity_type }) => activity_type)).toEqual(['error', 'task_update']);
    expect(rows[1]?.response_body).toEqual({ result: 'echo: one' });
  });

  test('gets the answer of a turn whose process was restarted, once', async () => {
    const answer = say(play({ gate: 'restart', onAttempts: [1] }, { say: 'late' }), { messageId: 'm-1' });
    await until('the turn', () => played.turns.length === 1);
    runtime = await runtime.restart();
    expect(await answer).toBe('');
    await until('the answer', () => chat().length > 0, 20_000);
    // The platform sends the message again, gets the same answer, and throws it away.
    await until('the queue', () => platform.proxy.queue.length === 0);
    expect(await say('more')).toBe('echo: more');
    expect(chat()).toEqual(['late', 'echo: more']);
    expect(platform.of(`/workspaces/${ID}/notify`)).toHaveLength(1);
  });

  test('is not told again what it has received, although the agent died before it recorded that', async () => {
    await say('heard', { messageId: 'm-1' });
    using database = new DatabaseSync(join(runtime.directory, '.molecule', 'tasks.db'));
    const columns = "'r', 0, (select id from tasks), 'm-1', 'proxy', 'echo: heard', 0";
    database.exec(`insert into untold_answers values (${columns})`);
    const count = database.prepare('select count(*) as n from untold_answers');
    await until('the record to go', () => count.get()?.['n'] === 0);
    expect(platform.of(`/workspaces/${ID}/notify`)).toEqual([]);
  });

  test('is told although an earlier one had the same text', async () => {
    platform.activities.notify(ID, 'same', undefined);
    const columns = { workspace_id: ID, activity_type: 'a2a_receive', method: 'message/send', source_id: null };
    const row = { ...columns, target_id: ID, summary: '', status: 'ok', error_detail: null };
    platform.activities.add({ ...row, request_body: { params: { message: { messageId: 'm-9' } } } });
    using database = new DatabaseSync(join(runtime.directory, '.molecule', 'tasks.db'));
    database.exec("insert into untold_answers values ('r', 0, 't', 'm-9', 'polled', 'same', 1)");
    await until('the call', () => platform.of(`/workspaces/${ID}/notify`).length > 0);
    expect(chat()).toEqual(['same', 'same']);
  });

  test('of another workspace is not told to the person, although its connection broke', async () => {
    const message = { messageId: 'm-1', parts: [{ kind: 'text', text: play({ gate: 'g', onAttempts: [1] }) }] };
    const asked = platform.proxy.send(ID, { message }, '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a11');
    await until('the turn', () => played.turns.length === 1);
    runtime = await runtime.restart();
    await asked;
    using database = new DatabaseSync(join(runtime.directory, '.molecule', 'tasks.db'));
    const count = database.prepare('select count(*) as n from untold_answers');
    await until('the end', () => platform.of(`/workspaces/${ID}/activity`).length > 0);
    await until('the record to go', () => count.get()?.['n'] === 0, 20_000);
    expect(platform.of(`/workspaces/${ID}/notify`)).toEqual([]);
  });
});

describe('a question', () => {
  test('is answered by the next message of its chat, whatever the platform sends again', async () => {
    expect(await say(play({ ask: 'Which one?' }), { messageId: 'm-1' })).toBe('Which one?');
    expect(await say('the red one', { messageId: 'm-2' })).toBe('answered: the red one');
    expect(await say('the red one', { messageId: 'm-2' })).toBe('answered: the red one');
    expect(await say('and now?')).toBe('echo: and now?');
    expect(played.turns).toHaveLength(3);
  });

  test('with choices stays open while the chat says something else', async () => {
    const choices = [
      { id: 'approve', label: 'Approve' },
      { id: 'reject', label: 'Reject' },
    ];
    await say(play({ ask: 'Write the file?', choices }));
    expect(await say('What is in it?')).toBe('echo: What is in it?');
    expect(await say('approve')).toBe('answered: approve');
  });

  test.each([{ delegation_id: 'd' }, { 'molecule.answers': 'm' }, { 'molecule.delegation.depth': 1 }])(
    'is not answered by another workspace, with %j',
    async (metadata) => {
      await say(play({ ask: 'Which one?' }));
      expect(await say('a message', { metadata })).toBe('echo: a message');
      expect(await say('the red one')).toBe('answered: the red one');
    },
  );

  test('of one chat is not answered by another', async () => {
    const chatA = { channel_id: 'telegram-1', chat_id: 'a' };
    await say(play({ ask: 'Which one?' }), { metadata: chatA });
    expect(await say('hi', { metadata: { ...chatA, chat_id: 'b' } })).toBe('echo: hi');
    expect(await say('hi')).toBe('echo: hi');
    expect(await say('this one', { metadata: chatA })).toBe('answered: this one');
  });
});

test('two chats of a channel number their messages alike, and each gets its own answers', async () => {
  // Source: `channels/manager.go`; Telegram's numbers are unique in a chat only.
  const from = (chat: string) => ({ source: 'telegram', channel_id: 'c', chat_id: chat });
  const messageId = 'channel-telegram-7';
  expect(await say('hi from a', { messageId, metadata: from('a') })).toBe('echo: hi from a');
  expect(await say('hi from b', { messageId, metadata: from('b') })).toBe('echo: hi from b');
  expect(await say('hi from a', { messageId, metadata: from('a') })).toBe('echo: hi from a');
  expect(played.turns).toHaveLength(2);
});

describe('what the platform shows besides an answer', () => {
  const last = (path: string) => platform.of(path).at(-1)?.body;

  test('tools, live and with the answer, tokens and costs', async () => {
    const tool = { type: 'tool-call', id: '1', name: 'read_file', input: { path: 'a.txt' } } as const;
    const result = { type: 'tool-result', id: '1', ok: true, output: 'the text' } as const;
    const usage = { type: 'usage', inputTokens: 5, outputTokens: 7, costUsd: 0.25 } as const;
    const text = play({ event: tool }, { event: result }, { event: usage }, { say: 'done' });
    const { body } = await platform.proxy.send(ID, { message: { parts: [{ kind: 'text', text }] } });
    // Source: `extractToolTrace` and `parseUsageFromA2AResponse`.
    expect(body).toMatchObject({
      result: {
        metadata: { tool_trace: [{ tool: 'read_file', input: { path: 'a.txt' }, output_preview: 'the text' }] },
        usage: { input_tokens: 5, output_tokens: 7 },
      },
    });
    await until('the line', () => platform.activities.rows.some(({ activity_type }) => activity_type === 'agent_log'));
    await until('the costs', () => last('/registry/heartbeat')?.['monthly_spend'] === 25);
    expect(last('/registry/heartbeat')).toMatchObject({ runtime_metadata: { capabilities: { session: false } } });
    expect(platform.registered.get(ID)?.agent_card).toMatchObject({ runtime: 'play' });
  });

  test('files, which have an address there', async () => {
    const data = Buffer.from('hello').toString('base64');
    const file = { kind: 'file', name: 'a.txt', mediaType: 'text/plain', data } as const;
    const text = play({ event: { type: 'file', file } }, { say: 'see' });
    const { body } = await platform.proxy.send(ID, { message: { parts: [{ kind: 'text', text }] } });
    const { parts } = (body as { result: { parts: { kind: string; file?: { uri: string } }[] } }).result;
    const uri = parts.find(({ kind }) => kind === 'file')?.file?.uri ?? '';
    expect(uri).toMatch(/^workspace:/);
    expect(platform.files.stored.get(uri.slice('workspace:'.length))?.toString()).toBe('hello');
  });

  test('and a file that a person has attached can be read by the tools', async () => {
    const path = '/workspace/.molecule/chat-uploads/1-notes.txt';
    platform.files.stored.set(path, Buffer.from('my notes'));
    const file = { kind: 'file', file: { name: 'notes.txt', mimeType: 'text/plain', uri: `workspace:${path}` } };
    await platform.proxy.send(ID, { message: { parts: [{ kind: 'text', text: 'read this' }, file] } });
    const turn = played.turns[0]?.turn;
    const part = turn?.kind === 'message' ? turn.parts.find(({ kind }) => kind === 'file') : undefined;
    expect(part).toMatchObject({ name: 'notes.txt', path: expect.stringMatching(/notes\.txt$/) });
    expect(await readFile((part as { path: string }).path, 'utf8')).toBe('my notes');
  });
});

test('an agent that stops says so, and one whose workspace was deleted stops', async () => {
  await runtime.shutdown(0);
  expect(platform.of('/registry/heartbeat').at(-1)?.body).toMatchObject({
    runtime_state: 'wedged',
    sample_error: 'the agent was stopped',
  });
  platform.registry.removed.add(ID);
  runtime = await runtime.restart();
  const refused = () =>
    fetch(`${runtime.url}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
  await until('the end', async () => (await refused()) === 0, 20_000);
});
