import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliHost } from '../../src/cli/host/cli-host.js';
import { OwnCommand } from '../../src/cli/host/own-command.js';
import { main } from '../../src/cli/main.js';
import { until } from '../support/until.js';
import { addTask, canceled, openStoreIn } from '../tasks/log/open-log.js';
import { ECHO, type RunningAgent, type RunningCli, runCli, spawnCli, startAgent, writeTemplate } from './run-cli.js';

const tasks = (directory: string, ...words: readonly string[]) =>
  runCli(['tasks', ...words, '--workspace', directory], ECHO);

async function listed(directory: string, ...words: readonly string[]) {
  const { stdout } = await tasks(directory, 'list', '--json', ...words);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly id: string; readonly state: string; readonly contextId: string });
}

function idIn(stderr: string): string {
  return /task (\S+) {2}context/.exec(stderr)?.[1] ?? '';
}

async function say(url: string, text: string, ...words: readonly string[]): Promise<string> {
  const { stderr } = await runCli(['send', url, text, ...words]);
  return idIn(stderr);
}

describe('the tasks of an agent that runs', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await startAgent();
  });
  afterAll(async () => {
    await agent[Symbol.asyncDispose]();
  });

  test('are listed, newest first, and narrowed by state, conversation, age and number', async () => {
    const { directory, url } = agent;
    const first = await say(url, 'hello', '--context', 'listing');
    const second = await say(url, 'fail', '--context', 'listing');
    expect(await listed(directory, '--context', 'listing')).toMatchObject([
      { id: second, state: 'failed', owner: 'anonymous', turns: 1 },
      { id: first, state: 'completed' },
    ]);
    expect(await listed(directory, '--context', 'listing', '--state', 'failed')).toMatchObject([{ id: second }]);
    expect(await listed(directory, '--context', 'listing', '--limit', '1')).toHaveLength(1);
    expect(await listed(directory, '--owner', 'nobody')).toEqual([]);
    expect(await listed(directory, '--context', 'listing', '--since', '1h')).toHaveLength(2);
    const { stdout } = await tasks(directory, 'list', '--context', 'listing');
    const [heading = '', line = ''] = stdout.split('\n');
    expect(heading).toMatch(/^ID +STATE +AGE +TURNS +OWNER +CONVERSATION$/);
    expect(line).toMatch(new RegExp(`^${second}  failed +\\d+s +1  anonymous +listing$`));
    expect(line.length).toBeLessThan(100);
  });

  test('are shown with messages and answer, by a part of the id, with control characters as symbols', async () => {
    const { directory, url } = agent;
    const id = await say(url, 'look \u001b]0;gotcha\u0007 here');
    const { stdout, code } = await tasks(directory, 'show', id.slice(0, 20));
    expect(code).toBe(0);
    expect(stdout).toContain(id);
    expect(stdout).toMatch(/state +completed/);
    expect(stdout).toMatch(/user:\nlook/);
    expect(stdout).toMatch(/answer:\nlook/);
    expect(stdout).not.toContain('\u001b');
    const shown = JSON.parse((await tasks(directory, 'show', id, '--json')).stdout);
    expect(shown).toMatchObject({ id, state: 'completed', task: { id }, files: [] });
    expect(shown.messageIds).toHaveLength(1);
    expect(shown.events.length).toBeGreaterThan(1);
  });

  test('cancel stops the turn that the agent runs', async () => {
    const { directory, url } = agent;
    const words = Array.from({ length: 400 }, (_, index) => `w${index}`);
    await using running = spawnCli(['send', url, '--context', 'busy', 'slowly', ...words]);
    await running.seen(/^w0 /);
    const [{ id } = { id: '' }] = await listed(directory, '--context', 'busy');
    const canceled = await tasks(directory, 'cancel', id);
    expect(canceled).toMatchObject({ code: 0, stdout: `${id}  canceled\n` });
    expect((await running.result).stderr).toContain('CANCELED');
    // The turn has left its lane: the next message of the conversation is answered.
    const next = await runCli(['send', url, '--context', 'busy', 'next']);
    expect(next).toMatchObject({ code: 0, stdout: 'next \n' });
    const again = await tasks(directory, 'cancel', id);
    expect(again).toMatchObject({ code: 1, stderr: `${id}  has ended already: canceled\n` });
  });

  test('delete refuses a task that runs, and with --cancel cancels and deletes it', async () => {
    const { directory, url } = agent;
    const words = Array.from({ length: 400 }, (_, index) => `w${index}`);
    await using running = spawnCli(['send', url, '--context', 'doomed', 'slowly', ...words]);
    await running.seen(/^w0 /);
    const refused = await tasks(directory, 'delete', '--context', 'doomed', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('TASK_UNFINISHED');
    expect(refused.stderr).toContain('--cancel');
    const deleted = await tasks(directory, 'delete', '--context', 'doomed', '--yes', '--cancel');
    expect(deleted).toMatchObject({ code: 0, stdout: '1 task was deleted\n' });
    expect(await listed(directory, '--context', 'doomed')).toEqual([]);
    const forgotten = join(directory, '.molecule', 'engine', 'forgotten.txt');
    await until('the agent has forgotten it', async () => {
      const text = await readFile(forgotten, 'utf8').catch(() => '');
      return text.split('\n').includes('doomed');
    });
    expect(await runCli(['send', url, '--context', 'doomed', 'fresh'])).toMatchObject({ stdout: 'fresh \n' });
  });

  test('export prints a line for each task, with the bytes of its files in it or beside it', async () => {
    const { directory, url } = agent;
    const folder = await mkdtemp(join(tmpdir(), 'molecule-export-'));
    try {
      const bytes = Buffer.from(Array.from({ length: 300_001 }, (_, index) => (index * 7) % 256));
      const path = join(folder, 'numbers.bin');
      await writeFile(path, bytes);
      const id = await say(url, 'files', '--file', path);
      const [line = ''] = (await tasks(directory, 'export', id)).stdout.split('\n');
      const exported = JSON.parse(line);
      expect(exported).toMatchObject({ id, state: 'completed', task: { id } });
      expect(exported.files).toMatchObject([{ name: 'numbers.bin', bytes: bytes.length }]);
      expect(Buffer.from(exported.files[0].data, 'base64').equals(bytes)).toBe(true);
      const out = join(folder, 'out');
      const all = (await tasks(directory, 'export', '--all', '--files', out)).stdout.trim().split('\n');
      const ids = all.map((each) => JSON.parse(each).id);
      expect(ids.sort()).toEqual((await listed(directory, '--limit', '1000')).map((task) => task.id).sort());
      const { files } = JSON.parse(all.find((each) => each.includes(id)) ?? '{}');
      expect(files[0].data).toBeUndefined();
      expect((await readFile(files[0].path)).equals(bytes)).toBe(true);
      expect(await readdir(out)).toEqual([files[0].digest]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('an unknown id and an ambiguous one are errors with a remedy', async () => {
    const { directory } = agent;
    const all = await listed(directory, '--limit', '1000');
    const initials = all.map(({ id }) => id.slice(0, 1));
    const twice = initials.find((initial, index) => initials.indexOf(initial) !== index) ?? '';
    const unknown = await tasks(directory, 'show', 'zzz');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('TASK_UNKNOWN')]);
    expect(unknown.stderr).toContain('tasks list');
    if (twice === '') return;
    const ambiguous = await tasks(directory, 'show', twice);
    expect([ambiguous.code, ambiguous.stderr]).toEqual([1, expect.stringContaining('TASK_AMBIGUOUS')]);
  });
});

test('the tasks of an agent that has stopped can be canceled, deleted by age and exported; it then forgets', async () => {
  const directory = await writeTemplate();
  await using _directory = directory;
  const start = async () => {
    const cli = spawnCli(['start', directory.path], ECHO);
    const [, url = ''] = await cli.seen(/url +(http:\S+)[\s\S]* send \S/);
    return { cli, url };
  };
  const first = await start();
  await say(first.url, 'hello', '--context', 'old');
  const asked = await say(first.url, 'ask', '--context', 'open');
  await first.cli[Symbol.asyncDispose]();
  expect((await tasks(directory.path, 'cancel', asked)).stdout).toBe(`${asked}  canceled\n`);
  const none = await tasks(directory.path, 'delete', '--older-than', '30d', '--yes');
  expect(none).toMatchObject({ code: 0, stderr: 'no tasks\n' });
  let deleted = 0;
  const all = await until('both are older', async () => {
    const result = await tasks(directory.path, 'delete', '--older-than', '1s', '--yes');
    deleted += Number(/^(\d+) tasks? w/.exec(result.stdout)?.[1] ?? 0);
    return deleted === 2 && result;
  });
  expect(all.stderr).toContain('when it is started');
  expect((await tasks(directory.path, 'list')).stderr).toBe('no tasks\n');
  const second = await start();
  await using _second = second.cli;
  const forgotten = join(directory.path, '.molecule', 'engine', 'forgotten.txt');
  await until('both are forgotten', async () => {
    const text = await readFile(forgotten, 'utf8').catch(() => '');
    return text.split('\n').sort().join() === ',old,open';
  });
});

test.each([
  [['list', 'x'], 'takes no ids'],
  [['show'], 'wants the id of one task'],
  [['delete', '--yes'], 'either ids, or --older-than'],
  [['delete', 'x', '--context', 'c'], 'either ids, or --older-than'],
  [['list', '--yes'], 'takes no option --yes'],
  [['list', '--state', 'done'], '--state wants one of submitted'],
  [['list', '--since', 'yesterday'], '--since wants an age'],
  [['list', '--limit', '0'], '--limit wants a whole number'],
  [['export'], 'either ids or --all'],
  [['lst'], 'Did you mean list?'],
])('%s is a wrong command line', async (words, says) => {
  const { code, stderr } = await runCli(['tasks', ...words]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

test('an empty id names no task, also if there is only one', async () => {
  await using agent = await startAgent();
  await say(agent.url, 'hello');
  const { code, stderr } = await tasks(agent.directory, 'delete', '', '--yes');
  expect([code, stderr]).toEqual([2, expect.stringContaining('One of the ids is empty')]);
  expect(await listed(agent.directory)).toHaveLength(1);
});

test('delete without --cancel cancels no task that begins while it asks', async () => {
  await using agent = await startAgent();
  await say(agent.url, 'hello', '--context', 'c');
  const words = Array.from({ length: 400 }, (_, index) => `w${index}`);
  let sending: RunningCli | undefined;
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text) };
  const host: CliHost = {
    environment: ECHO,
    workingDirectory: agent.directory,
    command: new OwnCommand('molecule', []),
    stdout: output,
    stderr: output,
    async ask() {
      sending = spawnCli(['send', agent.url, '--context', 'c', 'slowly', ...words]);
      await sending.seen(/^w0 /);
      return 'y';
    },
    process: {
      nodeVersion: process.versions.node,
      hideFromChildren: () => {},
      onStopSignal: () => () => {},
      onUncaught: () => () => {},
      exit: () => {},
    },
  };
  expect(await main(['tasks', 'delete', '--context', 'c'], host)).toBe(0);
  expect(written.join('')).toBe(
    '1 task was deleted\n1 task has begun meanwhile and not ended; nothing of that was deleted\n',
  );
  expect(await listed(agent.directory, '--context', 'c')).toMatchObject([{ state: 'working' }]);
  await sending?.[Symbol.asyncDispose]();
});

test('without a task store there are no tasks, and nothing is created', async () => {
  await using directory = await writeTemplate();
  const missing = await tasks(directory.path, 'list');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('TASKS_NOT_STORED')]);
  expect(missing.stderr).toContain(join(directory.path, '.molecule', 'tasks.db'));
  expect(await readdir(directory.path)).toEqual(['config.yaml']);
  const memory = await runCli(['tasks', 'list', '--workspace', directory.path], { MOLECULE_TASK_STORE: 'memory' });
  expect([memory.code, memory.stderr]).toEqual([1, expect.stringContaining('TASKS_NOT_STORED')]);
});

test('delete does not ask without a terminal: it wants --yes', async () => {
  await using agent = await startAgent();
  const id = await say(agent.url, 'hello');
  const { code, stderr } = await tasks(agent.directory, 'delete', id);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
  expect(await listed(agent.directory)).toHaveLength(1);
});

test('a task whose process was killed is deleted, although that process could not record the end of its engine', async () => {
  await using agent = await startAgent();
  await using sending = spawnCli(['send', agent.url, '--context', 'c', 'slowly', ...'abcdefghij'.repeat(9)]);
  await sending.seen(/^a /);
  agent.cli.process.kill('SIGKILL');
  await agent.cli.result;
  expect(await listed(agent.directory, '--context', 'c')).toMatchObject([{ state: 'working' }]);
  const deleted = await tasks(agent.directory, 'delete', '--context', 'c', '--yes', '--cancel');
  expect(deleted).toMatchObject({ code: 0, stdout: '1 task was deleted\n' });
});

test('export --all has every task, also one whose status changes while it writes', async () => {
  await using directory = await writeTemplate();
  const stateDir = join(directory.path, '.molecule');
  await using store = await openStoreIn(stateDir);
  const heads = [];
  for (let index = 0; index < 130; index++) heads.push(await addTask(store.log));
  const [oldest] = heads;
  const written: string[] = [];
  let changed: Promise<unknown> | undefined;
  const host: CliHost = {
    environment: ECHO,
    workingDirectory: directory.path,
    command: new OwnCommand('molecule', []),
    stdout: {
      write(text: string) {
        written.push(text);
        if (changed) return true;
        changed = oldest && store.log.settle(oldest.taskId, canceled(oldest));
        return false;
      },
      once: (_event, listener) => void changed?.then(listener),
    },
    stderr: { write() {} },
    process: {
      nodeVersion: process.versions.node,
      hideFromChildren: () => {},
      onStopSignal: () => () => {},
      onUncaught: () => () => {},
      exit: () => {},
    },
  };
  expect(await main(['tasks', 'export', '--all'], host)).toBe(0);
  await changed;
  const lines = written.join('').trim().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
  expect(ids.sort()).toEqual(heads.map(({ taskId }) => taskId).sort());
});
