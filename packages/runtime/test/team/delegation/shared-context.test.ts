import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FilePart, Turn } from '@molecule/adapters';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, connect, send } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';
import { team } from './team-process.js';
import { calling, toolAdapter } from './tool-adapter.js';

const SHARED = ['guide.md', 'data/guide.md', '../outside.md', 'link.md', 'gone.md', 'data', 'large.txt', 'tone.txt'];

let member: PlayAdapter;
let peer: TestRuntime;
let outside: string;
beforeAll(async () => {
  member = playAdapter();
  peer = await startTestRuntime({ adapter: member.adapter });
  outside = await mkdtemp(join(tmpdir(), 'molecule-shared-'));
});
afterAll(async () => {
  await peer[Symbol.asyncDispose]();
  await rm(outside, { recursive: true, force: true });
});

/** A coordinator whose directory has files to share, and files that it must not share. */
async function coordinator() {
  const directory = join(outside, crypto.randomUUID());
  await mkdir(join(directory, 'data'), { recursive: true });
  await writeFile(join(outside, 'outside.md'), 'secret');
  await writeFile(join(directory, 'guide.md'), '# Guide');
  await writeFile(join(directory, 'data', 'guide.md'), '# Data');
  await writeFile(join(directory, 'large.txt'), 'x'.repeat(256 * 1024 + 1));
  await writeFile(join(directory, 'tone.txt'), 'kind');
  await symlink(join(outside, 'outside.md'), join(directory, 'link.md'));
  const log = recordingLogger();
  const lead = toolAdapter();
  const shared = `shared_context: [${SHARED.map((file) => `'${file}'`).join(', ')}]\n`;
  const runtime = await startTestRuntime({
    adapter: lead.adapter,
    directory,
    logger: log.logger,
    config: `name: Lead\nruntime: play\n${shared}${team(['helper', peer.url])}`,
  });
  return { directory, lead, log, runtime };
}

function filesOf(turn: Turn | undefined): readonly FilePart[] {
  const parts = turn?.kind === 'message' ? turn.parts : [];
  return parts.filter((part): part is FilePart => part.kind === 'file');
}

function turnAbout(text: string): Turn | undefined {
  return member.turns.find(({ turn }) => turn.kind === 'message' && turn.text === text)?.turn;
}

test('a member gets the shared files with its task and none from outside; each omitted file is logged once', async () => {
  const { runtime, log } = await coordinator();
  await using _runtime = runtime;
  const client = await connect(runtime.url);
  for (const task of ['first', 'second']) {
    const done = await send(client, calling('delegate_task', { workspace_id: 'helper', task }));
    expect(JSON.parse(answerOf(done))).toMatchObject({ answer: `echo: ${task}` });
    const files = filesOf(turnAbout(task));
    expect(files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['guide.md', 'text/markdown'],
      ['guide.md', 'text/markdown'],
      ['tone.txt', 'text/plain'],
    ]);
    const read = files.map(async ({ path = '' }) => [basename(path), await readFile(path, 'utf8')]);
    expect(await Promise.all(read)).toEqual([
      ['guide.md', '# Guide'],
      ['2-guide.md', '# Data'],
      ['tone.txt', 'kind'],
    ]);
  }
  const told = log.lines.map(({ message }) => message).filter((line) => line.startsWith('shared_context'));
  expect(told).toEqual([
    'shared_context: ../outside.md is not shared: it lies outside the directory of config.yaml',
    'shared_context: link.md is not shared: it lies outside the directory of config.yaml',
    'shared_context: gone.md is not shared: there is no such file beside config.yaml',
    'shared_context: data is not shared: it is not a regular file',
    'shared_context: large.txt is not shared: it has 262145 bytes; a file may have 262144',
  ]);
});

test('a task that is sent again after a restart has its first files, although they have changed since', async () => {
  const { directory, lead, runtime } = await coordinator();
  const task = play({ gate: 'restarted' }, { say: 'done' });
  const input = { workspace_id: 'helper', task };
  await send(await connect(runtime.url), calling('delegate_task_async', input));
  await until('the member to work', () => turnAbout(task));
  await writeFile(join(directory, 'guide.md'), '# Another guide');
  await using restarted = await runtime.restart();
  member.gates.open('restarted');
  const answered = () => lead.turns.find(({ turn }) => 'text' in turn && turn.text.includes('helper has'));
  const { turn } = await until('the late answer', answered);
  expect(turn).toMatchObject({ text: expect.stringContaining('helper has answered') });
  expect(member.turns.filter((played) => played.turn === turnAbout(task))).toHaveLength(1);
  expect(rowsOf(directory, 'select * from delegation_files')).toEqual([]);
  expect(restarted.directory).toBe(directory);
});

function rowsOf(directory: string, query: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(directory, '.molecule', 'team.db'), { readOnly: true });
  try {
    return database.prepare(query).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}
