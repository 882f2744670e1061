import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { safeDirectoryName } from '../../../src/engine/files/safe-directory-name.js';
import { connect, send } from '../../support/a2a-client.js';
import { type PlayAdapter, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime } from '../../support/test-runtime.js';

const TOKENS = { alice: 'alice-0123456789abcdef', bob: 'bob-0123456789abcdef' };
const BOTH = `alice:${TOKENS.alice},bob:${TOKENS.bob}`;

const directories: string[] = [];

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function newDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'work-dirs-')));
  directories.push(directory);
  return directory;
}

/** Starts a workspace in `directory`, and gives the working directory of one turn of each owner, relative to the state directory. */
async function workDirs(
  directory: string,
  { tokens, mode = '' }: { readonly tokens?: string; readonly mode?: string },
  turns: readonly (readonly [owner: keyof typeof TOKENS | undefined, contextId: string])[],
): Promise<readonly string[]> {
  const played: PlayAdapter = playAdapter();
  await using runtime = await startTestRuntime({
    adapter: played.adapter,
    directory,
    config: `name: Test\nruntime: play\n${mode === '' ? '' : `work_dir: ${mode}\n`}`,
    environment: tokens === undefined ? {} : { MOLECULE_TOKENS: tokens },
  });
  for (const [owner, contextId] of turns) {
    const client = await connect(runtime.url, owner === undefined ? {} : { token: TOKENS[owner] });
    await send(client, 'hello', { contextId });
  }
  const state = join(directory, '.molecule');
  return Promise.all(
    played.turns.map(async ({ turn }) => {
      expect((await stat(turn.workDir)).isDirectory()).toBe(true);
      expect(turn.workDir).toBe(await realpath(turn.workDir));
      return turn.workDir.slice(state.length + 1);
    }),
  );
}

test('without tokens, and with one owner, turns work in `work` as before', async () => {
  expect(await workDirs(await newDirectory(), {}, [[undefined, 'a']])).toEqual(['work']);
  const one = { tokens: `alice:${TOKENS.alice}` };
  expect(await workDirs(await newDirectory(), one, [['alice', 'a']])).toEqual(['work']);
});

test('owners have directories beside each other, and an owner keeps its own when others come', async () => {
  const fresh = await newDirectory();
  const turns = [
    ['alice', 'a'],
    ['bob', 'a'],
    ['alice', 'b'],
  ] as const;
  expect(await workDirs(fresh, { tokens: BOTH }, turns)).toEqual(['owners/alice', 'owners/bob', 'owners/alice']);
  const grown = await newDirectory();
  await workDirs(grown, { tokens: `alice:${TOKENS.alice}` }, []);
  await writeFile(join(grown, '.molecule', 'work', 'notes.md'), 'of alice');
  expect(await workDirs(grown, { tokens: BOTH }, turns)).toEqual(['work', 'owners/bob', 'work']);
  // Neither the next owner nor everybody gets what is alice's.
  expect(await workDirs(grown, { tokens: `bob:${TOKENS.bob}` }, [['bob', 'a']])).toEqual(['owners/bob']);
  expect(await workDirs(grown, {}, [[undefined, 'a']])).toEqual(['owners/anonymous']);
});

test('what callers without a token left is not for the first owner with one', async () => {
  const directory = await newDirectory();
  await workDirs(directory, {}, []);
  await writeFile(join(directory, '.molecule', 'work', 'notes.md'), 'of anybody');
  const one = { tokens: `alice:${TOKENS.alice}` };
  expect(await workDirs(directory, one, [['alice', 'a']])).toEqual(['owners/alice']);
});

test('work_dir: context gives each conversation of an owner a directory', async () => {
  const found = await workDirs(await newDirectory(), { tokens: BOTH, mode: 'context' }, [
    ['alice', 'a'],
    ['alice', '../b'],
    ['alice', 'a'],
    ['bob', 'a'],
  ]);
  expect(new Set(found).size).toBe(3);
  expect(found[2]).toBe(found[0]);
  for (const path of found) expect(path).toMatch(/^contexts\/(alice|bob)\/[0-9a-f]{24}$/);
});

test('work_dir: shared gives all owners one directory, and says so at the start', async () => {
  const directory = await newDirectory();
  const turns = [
    ['alice', 'a'],
    ['bob', 'a'],
  ] as const;
  expect(await workDirs(directory, { tokens: BOTH, mode: 'shared' }, turns)).toEqual(['work', 'work']);
  await using runtime = await startTestRuntime({
    adapter: playAdapter().adapter,
    directory,
    config: 'name: Test\nruntime: play\nwork_dir: shared\n',
    environment: { MOLECULE_TOKENS: BOTH },
  });
  expect(runtime.logs.map(({ message }) => message)).toContain(
    'work_dir is shared: all owners read and write the same files',
  );
});

test('files that were there before there were owners stay where they are, and the log says that nobody works there', async () => {
  const directory = await newDirectory();
  await workDirs(directory, {}, []);
  await rm(join(directory, '.molecule', 'work-owner'));
  await writeFile(join(directory, '.molecule', 'work', 'notes.md'), 'of nobody');
  await using runtime = await startTestRuntime({
    adapter: playAdapter().adapter,
    directory,
    environment: { MOLECULE_TOKENS: BOTH },
  });
  expect(runtime.logs.map(({ message }) => message)).toContain(
    'the files in the base of the working directories belong to no owner, so no turn works there',
  );
  expect(await readdir(join(directory, '.molecule', 'work'))).toEqual(['notes.md']);
  expect(JSON.parse(await readFile(join(directory, '.molecule', 'work-owner'), 'utf8'))).toMatchObject({ owner: null });
});

test('names of owners become names of directories that differ on every file system', () => {
  const names = [
    'alice',
    'Alice',
    'ALICE',
    'a/b',
    'a\\b',
    '..',
    '.',
    'con',
    'a b',
    'a-b',
    'é',
    'é',
    ' alice',
    'x'.repeat(300),
  ];
  names.push('alice.2bd806c97f0e00af1a1fc332', '\u0000', '-', 'team@example.com', 'team@example.org', '');
  const directories = names.map(safeDirectoryName);
  expect(new Set(directories.map((name) => name.toLowerCase())).size).toBe(new Set(names).size);
  for (const name of directories) {
    expect(name).toMatch(/^[a-z0-9_][a-z0-9_.-]{0,62}$/);
    expect(name.length).toBeLessThan(64);
  }
  expect(safeDirectoryName('alice')).toBe('alice');
});
