import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { TASK_LOG } from '../../../src/tasks/sqlite/task-tables.js';
import { TEAM_DATABASE } from '../../../src/tasks/sqlite/team-tables.js';
import { answerOf, textOf } from '../../support/a2a-client.js';
import { claim, completed, existing, logFile, openStoreIn, words } from '../log/open-log.js';
import { canMount, type SmallDisk, smallDisk } from '../storage/full-disk.js';
import { type OldTask, writeOldLog } from './old-log.js';

const mounting = await canMount();

const RUNNING: OldTask = {
  id: 'running',
  state: 'TASK_STATE_WORKING',
  snapshot: taskJson('running', 'TASK_STATE_WORKING', { artifacts: [answerJson('once ')] }),
  snapshotSeq: 2,
  checkpoint: { step: 2 },
  events: [
    statusJson('running', 'TASK_STATE_WORKING'),
    answerEvent('running', 'once '),
    answerEvent('running', 'upon'),
  ],
  seq: 3,
};
const ASKING: OldTask = {
  id: 'asking',
  state: 'TASK_STATE_INPUT_REQUIRED',
  snapshot: taskJson('asking', 'TASK_STATE_INPUT_REQUIRED', { status: { message: messageJson('question', 'Which?') } }),
  snapshotSeq: 2,
  pending: { requestId: 'r', request: 'question', choices: [] },
  result: { kind: 'input-required', prompt: 'Which?' },
  events: [],
  seq: 2,
};
const OVER: OldTask = {
  id: 'over',
  state: 'TASK_STATE_COMPLETED',
  terminal: 1,
  snapshot: taskJson('over', 'TASK_STATE_COMPLETED', {
    artifacts: [answerJson('the end')],
    metadata: { 'molecule.usage': { inputTokens: 3 } },
  }),
  snapshotSeq: 9,
  result: { kind: 'completed', finalText: 'the end' },
  events: [],
  seq: 9,
};

it.each([TASK_LOG, TEAM_DATABASE])(
  'the migrations of $title are listed and numbered in their order',
  ({ migrations }) => {
    const numbers = Object.keys(migrations).map((name) => /^(\d{3})-/.exec(name)?.[1]);
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(3, '0')));
  },
);

it('the task log of an earlier version is opened with all that it holds, and a private copy of it is kept', async () => {
  await using file = await logFile();
  writeOldLog(file.file, [RUNNING, ASKING, OVER]);
  const log = await file.open();
  const [running, asking, over] = await Promise.all(['running', 'asking', 'over'].map((id) => existing(log, id)));
  expect(running).toMatchObject({
    state: TaskState.TASK_STATE_WORKING,
    messageId: 'm-running',
    checkpoint: { step: 2 },
    input: { userInput: 'hello' },
    task: { history: [{ parts: [{ content: { value: 'hello' } }, { content: { $case: 'data', value: null } }] }] },
  });
  expect(running && answerOf(running.task)).toBe('once upon');
  expect(asking).toMatchObject({ result: ASKING.result, pending: ASKING.pending });
  expect(over).toMatchObject({ result: OVER.result, task: { metadata: { 'molecule.usage': { inputTokens: 3 } } } });
  expect((await log.read.list({ owner: 'ann', pageSize: 9 })).total).toBe(3);
  expect(await log.read.waiting('ann', 'c-1')).toEqual(['asking']);
  const writer = await claim(log, running as never);
  await writer?.append([words(running as never, ' a time')]);
  await writer?.finish([completed(running as never)], { result: { kind: 'completed', finalText: 'once upon a time' } });
  expect((await existing(log, 'running')).result).toEqual({ kind: 'completed', finalText: 'once upon a time' });

  const copy = `${file.file}.before-004`;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  using kept = new DatabaseSync(copy);
  expect(kept.prepare('select id, snapshot from tasks order by id').all()).toEqual(
    [ASKING, OVER, RUNNING].map(({ id, snapshot }) => ({ id, snapshot: JSON.stringify(snapshot) })),
  );
});

it('the files in the rows of an earlier version become blobs, each once, and only files do', async () => {
  await using file = await logFile();
  const [mine, made] = [Buffer.alloc(2_000_000, 'mine'), Buffer.alloc(1_500_000, 'made')];
  const own = { raw: mine.toString('base64'), filename: 'mine.bin', mediaType: 'image/png' };
  const madeFile = {
    artifactId: 'file-1-1',
    name: 'made.bin',
    parts: [{ raw: made.toString('base64'), filename: 'made.bin' }],
  };
  const lookalike = { data: { parts: [{ raw: 'AAAA' }] } };
  const history = [{ messageId: 'm-files', role: 'ROLE_USER', parts: [{ text: 'see "raw":"x"' }, own, lookalike] }];
  const old: OldTask = {
    id: 'files',
    state: 'TASK_STATE_WORKING',
    snapshot: taskJson('files', 'TASK_STATE_WORKING', { history, artifacts: [madeFile] }),
    snapshotSeq: 1,
    inputParts: [
      { kind: 'text', text: 'x' },
      { kind: 'file', data: own.raw, name: 'mine.bin', mediaType: 'image/png' },
    ],
    events: [
      { artifactUpdate: { taskId: 'files', contextId: 'c-1', artifact: { ...madeFile, artifactId: 'file-1-2' } } },
    ],
    seq: 2,
  };
  writeOldLog(file.file, [old]);
  const { log, blobs } = await file.openStore();
  const { task, input } = await existing(log, 'files');
  const [digest, other] = [mine, made].map((bytes) => createHash('sha256').update(bytes).digest('hex')) as [
    string,
    string,
  ];
  const reference = `molecule-file:${digest}:${mine.length}`;
  expect(input.parts[1]).toEqual({ kind: 'file', url: reference, name: 'mine.bin', mediaType: 'image/png' });
  expect(task.history[0]?.parts.map(({ content }) => content?.value)).toEqual([
    'see "raw":"x"',
    reference,
    { parts: [{ raw: 'AAAA' }] },
  ]);
  expect(task.artifacts.map(({ parts }) => parts[0]?.content?.value)).toEqual(
    ['file-1-1', 'file-1-2'].map(() => `molecule-file:${other}:${made.length}`),
  );
  expect((await buffer(blobs.read(digest))).equals(mine)).toBe(true);
  expect((await buffer(blobs.read(other))).equals(made)).toBe(true);
  expect(await log.read.file('files', digest, 'ann')).toEqual({ digest, name: 'mine.bin', mediaType: 'image/png' });
  using database = new DatabaseSync(file.file);
  const kinds = database
    .prepare('select kind, max(length(content)) as most from task_contents group by kind order by kind')
    .all() as { kind: string; most: number }[];
  expect(kinds.map(({ kind }) => kind)).toEqual(['artifacts', 'event', 'history', 'input', 'status']);
  for (const { most } of kinds) expect(most).toBeLessThan(1_000);
});

it('a new task log and one of an earlier version give back the space of what is deleted', async () => {
  await using old = await logFile();
  writeOldLog(old.file, [OVER]);
  await using fresh = await logFile();
  for (const { file, open } of [old, fresh]) {
    await open();
    using database = new DatabaseSync(file);
    expect(database.prepare('pragma auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
  }
});

it('a migration that fails leaves the task log as it was, and no copy', async () => {
  await using file = await logFile();
  writeOldLog(file.file, [RUNNING, { ...OVER, snapshot: null }]);
  using database = new DatabaseSync(file.file);
  const content = () => database.prepare('select name, sql from sqlite_master').all();
  const before = content();
  await expect(file.open()).rejects.toMatchObject({
    code: 'TASK_LOG_MIGRATION_FAILED',
    message: expect.stringContaining('Nothing was changed'),
  });
  expect(content()).toEqual(before);
  expect(database.prepare('select count(*) as count from tasks').get()).toEqual({ count: 2 });
  expect(existsSync(`${file.file}.before-004`)).toBe(false);
});

it('if a newer version has migrated the task log, the refusal names the copy from before that', async () => {
  await using file = await logFile();
  await (await file.openStore())[Symbol.asyncDispose]();
  const copy = `${file.file}.before-999`;
  copyFileSync(file.file, copy);
  const newer = new DatabaseSync(file.file);
  newer.exec("insert into kysely_migration (name, timestamp) values ('999-of-tomorrow', '2030-01-01')");
  newer.close();
  await expect(file.open()).rejects.toMatchObject({ message: expect.stringContaining(`rename ${copy}`) });
  rmSync(copy);
  await expect(file.open()).rejects.toMatchObject({ message: expect.not.stringContaining('rename') });
});

it.skipIf(!mounting)(
  'without room for the copy, the task log is not migrated, and the error says how much is missing',
  async () => {
    await using disk = (await smallDisk('24m')) as SmallDisk;
    const file = `${disk.path}/tasks.db`;
    const long = {
      ...OVER,
      snapshot: taskJson('over', 'TASK_STATE_COMPLETED', { artifacts: [answerJson('x'.repeat(2e6))] }),
    };
    writeOldLog(file, [long]);
    // What SQLite needs to open a file at all is left.
    const ballast = `${disk.path}/ballast`;
    writeFileSync(ballast, Buffer.alloc(19e6));
    const before = readFileSync(file);
    await expect(openStoreIn(dirname(file))).rejects.toMatchObject({
      code: 'TASK_LOG_MIGRATION_FAILED',
      message: expect.stringMatching(/no room .* needs \d+ MB, and \d MB are free/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    rmSync(ballast);
    await using store = await openStoreIn(dirname(file));
    expect(textOf((await existing(store.log, 'over')).task.artifacts[0]?.parts ?? [])).toHaveLength(2e6);
  },
);

function taskJson(id: string, state: string, fields: Readonly<Record<string, unknown>>): unknown {
  const message = messageJson(`m-${id}`, 'hello');
  const status = { state, timestamp: '2026-01-01T00:00:00.000Z', ...(fields['status'] as object) };
  return { id, contextId: 'c-1', history: [{ ...message, role: 'ROLE_USER' }], ...fields, status };
}

function messageJson(messageId: string, text: string): object {
  return { messageId, role: 'ROLE_AGENT', parts: [{ text, mediaType: 'text/plain' }, { data: null }] };
}

function answerJson(text: string): unknown {
  return { artifactId: 'answer-1', name: 'answer', parts: [{ text, mediaType: 'text/plain' }] };
}

function statusJson(taskId: string, state: string): unknown {
  return { statusUpdate: { taskId, contextId: 'c-1', status: { state, timestamp: '2026-01-01T00:00:00.000Z' } } };
}

function answerEvent(taskId: string, text: string): unknown {
  return { artifactUpdate: { taskId, contextId: 'c-1', artifact: answerJson(text), append: true } };
}
