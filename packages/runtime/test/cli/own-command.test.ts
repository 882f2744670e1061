import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OwnCommand, ownCommandText, shellWord } from '../../src/cli/host/own-command.js';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'molecule-command-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(...path: readonly string[]): Promise<string> {
  const made = join(root, ...path);
  await mkdir(join(made, '..'), { recursive: true });
  await writeFile(made, '');
  await chmod(made, 0o755);
  return made;
}

describe('the command that is printed is the one that runs', () => {
  test('by its name, if a shell finds it under that name', async () => {
    const program = await file('lib', 'molecule.js');
    await mkdir(join(root, 'bin'));
    await symlink(program, join(root, 'bin', 'molecule'));
    expect(ownCommandText({ environment: { PATH: join(root, 'bin') }, node: '/n', program })).toBe('molecule');
  });

  test("and not by its name because npm's own PATH has it, which ends with npm", async () => {
    const node = await file('bin', 'node');
    const program = await file('project', 'node_modules', '.bin', 'molecule');
    const PATH = `${join(root, 'project', 'node_modules', '.bin')}:${join(root, 'bin')}`;
    expect(ownCommandText({ environment: { PATH }, node, program })).toBe(program);
  });

  test('nor if another program has the name', async () => {
    const node = await file('bin', 'node');
    await file('bin', 'molecule');
    const program = await file('project', 'molecule.js');
    expect(ownCommandText({ environment: { PATH: join(root, 'bin') }, node, program })).toBe(program);
  });

  test('with its Node, if a shell finds another one or none', async () => {
    const node = await file('own node', 'node');
    const program = await file("it's", 'molecule.js');
    await file('bin', 'node');
    const expected = `'${node}' '${program.replace("'", "'\\''")}'`;
    expect(ownCommandText({ environment: { PATH: join(root, 'bin') }, node, program })).toBe(expected);
    expect(ownCommandText({ environment: {}, node, program })).toBe(expected);
  });
});

test('advice names the command as it can be typed, and nothing else changes', () => {
  const advice =
    'Is it there? molecule start; or `npx molecule doctor`. See @molecule/runtime, my-molecule start, a molecule starting, molecule --help.';
  expect(new OwnCommand('/x/molecule', ['start', 'doctor', '--help']).pasteable(advice)).toBe(
    'Is it there? /x/molecule start; or `/x/molecule doctor`. See @molecule/runtime, my-molecule start, a molecule starting, /x/molecule --help.',
  );
});

test.each([
  ['/srv/agent/molecule', '/srv/agent/molecule'],
  ['http://[::1]:8000', "'http://[::1]:8000'"],
  ["a'b c", "'a'\\''b c'"],
])('%s is %s to a shell', (text, word) => {
  expect(shellWord(text)).toBe(word);
});
