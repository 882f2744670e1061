import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Part, Task } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import type { FilePart, Turn } from '@molecule/adapters';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BINDINGS,
  begin,
  connect,
  failureOf,
  getTask,
  send,
  stateOf,
  text,
  WITH_GRPC,
} from '../../support/a2a-client.js';
import { type PlayAdapter, type PlayedTurn, play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { codeIn, post } from '../../support/wire.js';

const log = recordingLogger();
let played: PlayAdapter;
let runtime: TestRuntime;
let workDir: string;
beforeAll(async () => {
  played = playAdapter();
  const limits = { MOLECULE_MAX_FILES: '3', MOLECULE_MAX_FILE: '1KiB' };
  const environment = { ...WITH_GRPC, ...limits, MOLECULE_RETRY_INITIAL: '1ms' };
  runtime = await startTestRuntime({ adapter: played.adapter, environment, logger: log.logger });
  workDir = await realpath(join(runtime.directory, '.molecule', 'work'));
});
afterAll(() => runtime[Symbol.asyncDispose]());

function raw(filename: string, content: string, mediaType = 'text/plain'): Part {
  return { content: { $case: 'raw', value: Buffer.from(content) }, filename, mediaType, metadata: undefined };
}

function filesOf(turn: Turn | undefined): readonly FilePart[] {
  const parts = turn?.kind === 'continue' ? turn.original.parts : (turn?.parts ?? []);
  return parts.filter((part): part is FilePart => part.kind === 'file');
}

function pathsOf(turn: Turn | undefined): readonly string[] {
  return filesOf(turn).map(({ path = '' }) => path);
}

/** The turns of one task, in their order. */
function turnsOf(taskId: string): readonly PlayedTurn[] {
  return played.turns.filter(({ turn }) => turn.taskId === taskId);
}

function failed(client: Client, taskId: string): Promise<Task> {
  return until('its failure', async () => {
    const task = await getTask(client, taskId);
    return stateOf(task) === 'failed' && task;
  });
}

test.each(BINDINGS)(
  'a file lies in the working directory before the engine sees it, on $binding $version',
  async (binding) => {
    const parts = [text('read'), raw('../../notes.txt', 'hi'), raw('', 'ÿ', 'image/png')];
    const { id } = await send(await connect(runtime.url, binding), '', { parts });
    const [turn] = turnsOf(id);
    const [notes = '', picture = ''] = pathsOf(turn?.turn);
    // The SDK's 0.3 REST layer drops a file's name.
    const isNamed = binding.binding === 'JSONRPC' || binding.version === '1.0';
    expect([basename(notes), basename(picture)]).toEqual([isNamed ? 'notes.txt' : 'file-1.txt', 'file-2.png']);
    expect(dirname(dirname(notes))).toBe(join(workDir, 'inbox'));
    expect(dirname(picture)).toBe(dirname(notes));
    expect([await readFile(notes, 'utf8'), await readFile(picture, 'utf8')]).toEqual(['hi', 'ÿ']);
    expect((await stat(notes)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(notes))).toHaveLength(2);
    expect(filesOf(turn?.turn)[0]).toMatchObject({ data: Buffer.from('hi').toString('base64') });
  },
);

test('two messages with the same id and file name do not share a file, and a file given by URL has no path', async () => {
  const client = await connect(runtime.url);
  const link: Part = { ...raw('a.txt', ''), content: { $case: 'url', value: 'https://example.com/a.txt' } };
  const sent = (contextId: string) =>
    send(client, '', { contextId, messageId: 'same', parts: [raw('a.txt', contextId), link] });
  const tasks = [await sent('left'), await sent('right')];
  const turns = tasks.map(({ id }) => turnsOf(id)[0]?.turn);
  expect(await Promise.all(turns.map((turn) => readFile(pathsOf(turn)[0] ?? '', 'utf8')))).toEqual(['left', 'right']);
  expect(turns.map((turn) => filesOf(turn)[1])).toEqual(
    turns.map(() => ({ kind: 'file', name: 'a.txt', mediaType: 'text/plain', url: 'https://example.com/a.txt' })),
  );
});

test('the files of an answer to a question are in the working directory as well', async () => {
  const client = await connect(runtime.url);
  const { id } = await send(client, play({ ask: 'Which?' }));
  await send(client, '', { taskId: id, parts: [text('this'), raw('this.txt', 'answer')] });
  const turn = turnsOf(id)[1]?.turn;
  expect(turn?.kind).toBe('answer');
  expect(await readFile(pathsOf(turn)[0] ?? '', 'utf8')).toBe('answer');
});

test('a further attempt finds the files as the agent left them, missing files are written again, and no link is followed', async () => {
  const client = await connect(runtime.url);
  const secret = join(runtime.directory, 'secret.txt');
  await writeFile(secret, 'secret');
  const parts = [
    text(play({ gate: 'looked' }, { fail: 'unavailable', onAttempts: [1] }, { say: 'done' })),
    raw('changed.txt', 'as sent'),
    raw('removed.txt', 'as sent'),
    raw('linked.txt', 'as sent'),
  ];
  const { id } = await begin(client, '', { parts });
  const first = await until('the first attempt', () => turnsOf(id)[0]?.turn);
  const [changed = '', removed = '', linked = ''] = pathsOf(first);
  await writeFile(changed, 'half done');
  await rm(removed);
  await rm(linked);
  await symlink(secret, linked);
  played.gates.open('looked');
  await until('the task', async () => stateOf(await getTask(client, id)) === 'completed');
  // The engine is called with `continue`, has stored nothing, and is called with the original message.
  expect(turnsOf(id).map(({ turn }) => [turn.kind, turn.attempt])).toEqual([
    ['message', 1],
    ['continue', 2],
    ['message', 2],
  ]);
  for (const { turn } of turnsOf(id)) expect(pathsOf(turn)).toEqual([changed, removed, linked]);
  const now = await Promise.all([changed, removed, linked, secret].map((path) => readFile(path, 'utf8')));
  expect(now).toEqual(['half done', 'as sent', 'as sent', 'secret']);
});

describe('a directory that the agent has replaced by a link', () => {
  test('of the message: the next attempt fails, and nothing is written there', async () => {
    const client = await connect(runtime.url);
    const elsewhere = await mkdtemp(join(tmpdir(), 'molecule-elsewhere-'));
    const script = play({ gate: 'linked' }, { fail: 'unavailable', onAttempts: [1] });
    const { id } = await begin(client, '', { parts: [text(script), raw('a.txt', 'x')] });
    const directory = dirname(pathsOf(await until('the turn', () => turnsOf(id)[0]?.turn))[0] ?? '');
    await rename(directory, `${directory}.old`);
    await symlink(elsewhere, directory);
    played.gates.open('linked');
    expect(failureOf(await failed(client, id))).toBe('FILES_NOT_SAVED');
    expect(await readdir(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  test('of all messages: the turn fails with a code, and the log has a remedy', async () => {
    const client = await connect(runtime.url);
    const elsewhere = await mkdtemp(join(tmpdir(), 'molecule-elsewhere-'));
    const inbox = join(workDir, 'inbox');
    await rename(inbox, `${inbox}.old`);
    await symlink(elsewhere, inbox);
    const task = await send(client, '', { parts: [raw('a.txt', 'x')] });
    expect([stateOf(task), failureOf(task)]).toEqual(['failed', 'FILES_NOT_SAVED']);
    expect(JSON.stringify(task.status)).not.toContain(workDir);
    expect(turnsOf(task.id)).toEqual([]);
    expect(await readdir(elsewhere)).toEqual([]);
    const line = log.lines.findLast(
      ({ fields }) => fields['taskId'] === task.id && fields['code'] === 'FILES_NOT_SAVED',
    );
    expect(line?.fields['error']).toMatchObject({ cause: { message: expect.stringContaining(`${inbox} must be`) } });
    await rm(inbox);
    await rename(`${inbox}.old`, inbox);
    await rm(elsewhere, { recursive: true });
  });
});

test('an obstacle in the place of a file fails the turn, and no incomplete file remains', async () => {
  const client = await connect(runtime.url);
  const script = play({ gate: 'taken' }, { fail: 'unavailable', onAttempts: [1] });
  const { id } = await begin(client, '', { parts: [text(script), raw('a.txt', 'x')] });
  const [path = ''] = pathsOf(await until('the turn', () => turnsOf(id)[0]?.turn));
  await rm(path);
  await mkdir(join(path, 'full'), { recursive: true });
  played.gates.open('taken');
  expect(failureOf(await failed(client, id))).toBe('FILES_NOT_SAVED');
  expect(await readdir(dirname(path))).toEqual(['a.txt']);
});

describe('a message above the limits', () => {
  const many = (count: number) => Array.from({ length: count }, () => Buffer.from('x').toString('base64'));
  const large = [Buffer.alloc(1025).toString('base64')];

  const modern = (files: readonly string[]) => ({
    method: 'SendMessage',
    message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: files.map((value) => ({ raw: value })) },
  });
  const legacy = (files: readonly string[]) => ({
    method: 'message/send',
    message: {
      kind: 'message',
      messageId: crypto.randomUUID(),
      role: 'user',
      parts: files.map((bytes) => ({ kind: 'file', file: { bytes } })),
    },
  });

  test.each([
    ['1.0', modern, ['TOO_MANY_FILES', 'FILE_TOO_LARGE']],
    ['0.3', legacy, ['TOO_MANY_FILES', 'FILE_TOO_LARGE']],
  ])('is refused before any work, in protocol %s', async (version, make, [tooMany, tooLarge]) => {
    const before = played.turns.length;
    const refusalOf = async (files: readonly string[]) => {
      const { method, message } = make(files);
      const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { message } });
      const { body } = await post(runtime.url, call, { 'a2a-version': version });
      return [body.error?.code, codeIn(body), body.error?.message];
    };
    expect(await refusalOf(many(4))).toEqual([
      -32602,
      tooMany,
      expect.stringContaining('holds 4 files; a message may hold 3'),
    ]);
    expect(await refusalOf(large)).toEqual([
      -32602,
      tooLarge,
      expect.stringContaining('1025 bytes; one file may have 1024'),
    ]);
    expect(played.turns).toHaveLength(before);
    expect(await refusalOf(many(3))).toEqual([undefined, undefined, undefined]);
  });
});

test('a turn that continues in another process finds its files at the same path', async () => {
  const first = playAdapter({ repeatableTurns: true });
  await using before = await startTestRuntime({ adapter: first.adapter });
  const parts = [text(play({ gate: 'never' })), raw('a.txt', 'kept')];
  const { id } = await begin(await connect(before.url), '', { parts });
  const [path = ''] = pathsOf(await until('the turn', () => first.turns[0]?.turn));
  const second = playAdapter({ repeatableTurns: true });
  await using after = await before.restart({ adapter: second.adapter });
  const turn = await until('its continuation', () => second.turns[0]?.turn);
  expect([turn.kind, turn.taskId, pathsOf(turn)]).toEqual(['continue', id, [path]]);
  expect(await readFile(path, 'utf8')).toBe('kept');
  expect(after.directory).toBe(before.directory);
});
