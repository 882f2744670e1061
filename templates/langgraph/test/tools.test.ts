import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../src/tools/arithmetic.js';
import { calculateTool } from '../src/tools/calculate.js';
import { currentTime } from '../src/tools/current-time.js';
import { fileTools } from '../src/tools/files.js';

describe('current_time', () => {
  const summer = new Date('2026-07-01T22:30:00Z');

  it('supports time zones and their summer time', () => {
    expect(currentTime(summer, 'Europe/Berlin')).toEqual({
      iso: '2026-07-01T22:30:00.000Z',
      local: 'Thursday, 2 July 2026 at 00:30:00 CEST',
      time_zone: 'Europe/Berlin',
    });
    expect(currentTime(summer, 'UTC').local).toBe('Wednesday, 1 July 2026 at 22:30:00 UTC');
  });

  it('refuses an invalid time zone', () => {
    expect(() => currentTime(summer, 'Atlantis')).toThrow('There is no time zone "Atlantis"');
  });
});

describe('calculate', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['2 ^ 3 ^ 2', 512],
    ['2 ** -1', 0.5],
    ['-2 ^ 2', -4],
    ['- -3', 3],
    ['17 % 5', 2],
    ['1.5e3 + .5', 1500.5],
    ['max(1, sqrt(16), 3) + round(2.5)', 7],
    ['2 * PI', 2 * Math.PI],
  ])('%s = %d', (expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });

  it.each([
    '',
    '1 +',
    '1 2',
    '(1',
    'sqrt 4',
    'foo(1)',
    'constructor(1)',
    'process.exit()',
    '1; 2',
    '1 / 0',
    'sqrt(-1)',
  ])('refuses %j', (expression) => {
    expect(() => evaluate(expression)).toThrow();
  });

  it('limits the length of its input, so that nesting cannot exhaust the stack', () => {
    expect(calculateTool.schema).toBeDefined();
    const deepest = `${'('.repeat(499)}1${')'.repeat(499)}`;
    expect(evaluate(deepest)).toBe(1);
  });
});

describe('the file tools', () => {
  let root: string;
  let workDir: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'files-'));
    workDir = join(root, 'work');
    await mkdir(join(workDir, 'folder'), { recursive: true });
    await mkdir(join(root, 'work-next'));
    await writeFile(join(root, 'secret.txt'), 'secret');
    await writeFile(join(root, 'work-next', 'secret.txt'), 'secret');
    await writeFile(join(workDir, 'note.txt'), 'hello');
  });
  afterEach(() => rm(root, { recursive: true }));

  async function call(name: string, input: Record<string, string | number>): Promise<unknown> {
    const tool = fileTools().find((candidate) => candidate.name === name);
    if (tool === undefined || !('parse' in tool.schema)) throw new Error(`no tool ${name}`);
    const parsed = (tool.schema.parse as (input: unknown) => never)(input);
    return tool.execute(parsed, {
      taskId: 'task',
      contextId: 'context',
      workDir,
      signal: new AbortController().signal,
    });
  }

  it('list, read and write inside the working directory', async () => {
    expect(await call('list_files', {})).toBe('folder/\nnote.txt');
    expect(await call('list_files', { path: 'folder' })).toBe('(empty)');
    expect(await call('read_file', { path: 'note.txt' })).toBe('hello');
    expect(await call('read_file', { path: './folder/../note.txt', offset: 3 })).toBe('lo');
    expect(await call('write_file', { path: 'new/deep/file.md', content: 'grüß' })).toBe('Wrote 6 bytes.');
    expect(await readFile(join(workDir, 'new/deep/file.md'), 'utf8')).toBe('grüß');
    expect(await call('read_file', { path: join(workDir, 'note.txt') })).toBe('hello');
  });

  it('cut a long file between characters', async () => {
    await writeFile(join(workDir, 'emoji.txt'), `${'x'.repeat(99_998)}\u{1F600}end`);
    const first = String(await call('read_file', { path: 'emoji.txt' }));
    expect(first).toMatch(/x\n\(7 more bytes; read on with offset 99998\)$/);
    expect(await call('read_file', { path: 'emoji.txt', offset: 99_998 })).toBe('\u{1F600}end');
  });

  it('read a long file piece by piece', async () => {
    await writeFile(join(workDir, 'long.txt'), 'x'.repeat(100_005));
    expect(await call('read_file', { path: 'long.txt' })).toMatch(/x\n\(5 more bytes; read on with offset 100000\)$/);
    expect(await call('read_file', { path: 'long.txt', offset: 100_000 })).toBe('xxxxx');
  });

  const ways = [
    '..',
    '../secret.txt',
    'folder/../../secret.txt',
    '../work-next/secret.txt',
    '/etc/passwd',
    'link.txt',
    'linked-folder/secret.txt',
    'chain.txt',
    'dangling.txt',
    'linked-folder/new.txt',
    'note.txt\0.md',
  ];

  it.each(ways.flatMap((path) => ['list_files', 'read_file', 'write_file'].map((name) => [name, path])))(
    '%s does not leave the working directory by %j',
    async (name, path) => {
      await symlink(join(root, 'secret.txt'), join(workDir, 'link.txt'));
      await symlink(root, join(workDir, 'linked-folder'));
      await symlink(join(workDir, 'link.txt'), join(workDir, 'chain.txt'));
      await symlink(join(root, 'not-there.txt'), join(workDir, 'dangling.txt'));
      const refused = call(name, { path, content: 'overwritten' });
      await expect(refused).rejects.toThrow(`"${path}": it is outside the working directory.`);
      expect(await readFile(join(root, 'secret.txt'), 'utf8')).toBe('secret');
      await expect(readFile(join(root, 'not-there.txt'))).rejects.toThrow('ENOENT');
      await expect(readFile(join(root, 'new.txt'))).rejects.toThrow('ENOENT');
    },
  );

  it('follow a link whose target is inside', async () => {
    await symlink('../note.txt', join(workDir, 'folder', 'same.txt'));
    expect(await call('read_file', { path: 'folder/same.txt' })).toBe('hello');
  });

  it.each([
    ['read_file', 'missing.txt', 'there is no such file or folder'],
    ['read_file', 'folder', 'it is not a regular file'],
    ['read_file', 'note.txt/deeper', 'a part of the path is not a folder'],
    ['read_file', 'binary', 'it is not a text file'],
    ['write_file', 'folder', 'it is a folder'],
    ['list_files', 'note.txt', 'a part of the path is not a folder'],
  ])('%s of %j reports why it fails, without the path on this machine', async (name, path, reason) => {
    await writeFile(join(workDir, 'binary'), Buffer.from([1, 0, 2]));
    await expect(call(name, { path, content: '' })).rejects.toThrow(new Error(`"${path}": ${reason}.`));
  });
});
