import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, ECHO, spawnCli, writeTemplate } from '../../cli/run-cli.js';
import { connect, send } from '../../support/a2a-client.js';
import { playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const run = promisify(execFile);
const root = process.getuid?.() === 0;

let directory: string;
let stateDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-state-'));
  stateDir = join(directory, '.molecule');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const start = (logger = recordingLogger().logger) =>
  startTestRuntime({
    adapter: playAdapter().adapter,
    directory,
    logger,
    // Creates all files of a durable workspace.
    environment: { MOLECULE_TEMPORAL: 'auto', TEMPORAL_HOST: '127.0.0.1:1' },
  });

/** The files and directories that other users could read, with their modes. */
async function open(path: string): Promise<string[]> {
  const names = ['', ...(await readdir(path, { recursive: true }))];
  const found: string[] = [];
  for (const name of names) {
    if (name.startsWith('work') || name.startsWith('.')) continue;
    const { mode } = await stat(join(path, name));
    if ((mode & 0o077) !== 0) found.push(`${name} ${(mode & 0o777).toString(8)}`);
  }
  return found;
}

it('other users cannot read the files of the runtime', async () => {
  const before = process.umask(0o022);
  try {
    await using runtime = await start();
    await send(await connect(runtime.url), 'hello');
    expect(await readdir(stateDir)).toEqual(
      expect.arrayContaining(['boots', 'engine', 'instance-id', 'instances', 'tasks.db', 'tasks.db-wal', 'team.db']),
    );
    expect(await open(stateDir)).toEqual([]);
  } finally {
    process.umask(before);
  }
});

it('the state directory of an older version is made private', async () => {
  await (await start()).shutdown();
  await chmod(stateDir, 0o755);
  for (const name of ['boots', 'instances', 'engine']) await chmod(join(stateDir, name), 0o755);
  for (const name of ['tasks.db', 'team.db', 'instance-id']) await chmod(join(stateDir, name), 0o644);
  await writeFile(join(stateDir, 'temporal.db'), '', { mode: 0o644 });
  await writeFile(join(stateDir, 'platform-token'), 'secret', { mode: 0o644 });
  await rm(join(stateDir, '.gitignore'));
  await using _runtime = await start();
  expect(await open(stateDir)).toEqual([]);
  expect(await readFile(join(stateDir, '.gitignore'), 'utf8')).toBe('*\n');
});

it('a directory with other files keeps its mode and gets no ignore files, which is logged', async () => {
  await mkdir(stateDir, { mode: 0o755 });
  await writeFile(join(stateDir, 'something-else.txt'), '');
  const { logger, lines } = recordingLogger();
  await using _runtime = await start(logger);
  expect((await stat(stateDir)).mode & 0o777).toBe(0o755);
  expect(await readdir(stateDir)).not.toContain('.gitignore');
  expect(lines.find(({ message }) => message.includes('other users may read'))).toMatchObject({ level: 'warn' });
});

it('the runtime recognizes all of its own files in the state directory', async () => {
  const sources = new URL('../../../src/', import.meta.url);
  const names = new Set<string>();
  for (const name of await readdir(sources, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const source = await readFile(new URL(name, sources), 'utf8');
    for (const [, found = ''] of source.matchAll(/join\((?:[a-z]+\.)?stateDir, '([^'\n]+)'/g)) names.add(found);
  }
  expect(names.size).toBeGreaterThan(5);
  await mkdir(stateDir, { mode: 0o755 });
  for (const name of names) if (name.includes('.lock')) await writeFile(join(stateDir, name), '');
  const directories = await readFile(new URL('tasks/storage/state-directory.ts', sources), 'utf8');
  expect([...names].filter((name) => !directories.includes(`'${name}'`))).toEqual([]);
  const { logger, lines } = recordingLogger();
  await using _runtime = await start(logger);
  expect(lines.filter(({ message }) => message.includes('other users may read'))).toEqual([]);
});

it('neither git nor npm includes anything of a state directory', async () => {
  await (await start()).shutdown();
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'p', version: '1.0.0' }));
  for (const name of ['.gitignore', '.npmignore', '.dockerignore']) {
    expect(await readFile(join(stateDir, name), 'utf8')).toBe('*\n');
  }
  await run('git', ['init', '-q'], { cwd: directory });
  const { stdout: status } = await run('git', ['status', '--porcelain', '-uall'], { cwd: directory });
  expect(status.split('\n').sort()).toEqual(['', '?? config.yaml', '?? package.json']);
  const { stdout: packed } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: directory });
  expect(packed).not.toContain('.molecule');
});

it.each(['boots', 'engine'])('%s as a file is reported with its path', async (name) => {
  await mkdir(stateDir);
  await writeFile(join(stateDir, name), '');
  await expect(start()).rejects.toMatchObject({
    code: 'STATE_DIR_UNUSABLE',
    message: expect.stringContaining(`${join(stateDir, name)} is not a directory`),
  });
});

describe.skipIf(!root)('as another user', () => {
  it.each([
    ['the directory', (path: string) => chmod(path, 0o755)],
    ['its database', (path: string) => chmod(path, 0o777)],
  ])('%s that root created is reported with owner, user and remedy', async (_what, loosen) => {
    await using template = await writeTemplate();
    const state = join(template.path, '.molecule');
    await (await start()).shutdown();
    await cp(stateDir, state, { recursive: true });
    await chmod(template.path, 0o777);
    await loosen(state);
    const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, CLI] as const;
    await using cli = spawnCli(['start', template.path], ECHO, { command: [...command] });
    const { code, stderr } = await cli.result;
    expect(code).toBe(1);
    expect(stderr).toContain('STATE_DIR_UNUSABLE');
    expect(stderr).toMatch(/\.molecule\S* may not be read and written by this user: it belongs to uid 0 \(root\)/);
    expect(stderr).toContain('(uid 65534)');
    expect(stderr).toContain('chown -R 65534');
  });
});
