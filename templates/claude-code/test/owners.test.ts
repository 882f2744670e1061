import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { answerOf, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

/** The directories of two owners in the directory of the runtime, with a secret of bob in his. */
async function owners(workspace: TestWorkspace) {
  const root = await realpath(workspace.root);
  const alice = join(root, 'owners', 'alice');
  const bob = join(root, 'owners', 'bob');
  for (const directory of [alice, bob]) await mkdir(directory, { recursive: true });
  await writeFile(join(bob, 'secret.txt'), 'of bob alone');
  await writeFile(join(root, 'records.txt'), 'of bob alone, too');
  await symlink(join(bob, 'secret.txt'), join(alice, 'link.txt'));
  return { root, alice, bob };
}

test('no approval lets a file tool of one owner reach the files of another, or those of the runtime', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const { root, alice, bob } = await owners(workspace);
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, runtimeDir: root });
  const calls = [
    { tool: 'Read', input: { file_path: join(bob, 'secret.txt') } },
    { tool: 'Read', input: { file_path: '../bob/secret.txt' } },
    { tool: 'Read', input: { file_path: 'link.txt' } },
    { tool: 'Read', input: { file_path: join(root, 'records.txt') } },
    { tool: 'Grep', input: { pattern: 'alone', path: bob } },
    { tool: 'Grep', input: { pattern: 'alone', path: '/' } },
    { tool: 'Glob', input: { pattern: join(bob, '*') } },
    { tool: 'Write', input: { file_path: join(bob, 'new.txt'), content: 'x' } },
  ];
  for (const call of calls) {
    const turn = messageTurn('alice:c', script(call, { text: 'so: $TOOL' }), { owner: 'alice', workDir: alice });
    const events = await run(engine, turn);
    expect(only(events, 'input-required'), JSON.stringify(call)).toEqual([]);
    expect(answerOf(events)).toContain('do not allow');
  }
  expect(await readdir(bob)).toEqual(['secret.txt']);
});

test('a conversation that moves to another directory continues there', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const { alice } = await owners(workspace);
  await using engine = await makeEngine(workspace, {
    endpoint: model.endpoint,
    config: { permissions: { allow: ['Bash'] } },
  });
  await run(engine, messageTurn('c', script({ text: 'one' })));
  const pwd = script({ tool: 'Bash', input: { command: 'pwd > here.txt' } }, { text: 'turn $TURNS' });
  expect(answerOf(await run(engine, messageTurn('c', pwd, { workDir: alice })))).toBe('turn 2');
  expect((await readFile(join(alice, 'here.txt'), 'utf8')).trim()).toBe(alice);
});

/** Linux confines with bubblewrap, and only where the kernel allows it; macOS with its own means. */
const canConfine =
  process.platform === 'darwin' ||
  ['bwrap --ro-bind / / --unshare-net true', 'socat -V'].every((line) => {
    const [program = '', ...args] = line.split(' ');
    return spawnSync(program, args).status === 0;
  });

test.skipIf(!canConfine)(
  'in the sandbox, commands reach neither the files of other owners nor those of the runtime; outside of it they do',
  async () => {
    await using model = await startScriptedModel();
    await using workspace = await makeWorkspace();
    const { root, alice, bob } = await owners(workspace);
    const commands = [
      `cat ${bob}/secret.txt`,
      'cat ../bob/secret.txt',
      'cat link.txt',
      `cat ${root}/records.txt`,
      `cat /proc/self/root${bob}/secret.txt`,
      `grep -r alone ${root}/owners/bob`,
      `python3 -c "print(open('${bob}/secret.txt').read())"`,
    ];
    const outputs = async (enabled: boolean): Promise<readonly string[]> => {
      const config = { permissions: { allow: ['Bash'] }, sandbox: { enabled } };
      await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config, runtimeDir: root });
      const said: string[] = [];
      for (const command of commands) {
        const turn = messageTurn(
          `alice:${enabled}`,
          script({ tool: 'Bash', input: { command } }, { text: 'so: $TOOL' }),
          {
            owner: 'alice',
            workDir: alice,
          },
        );
        said.push(answerOf(await run(engine, turn)));
      }
      const works = script(
        { tool: 'Bash', input: { command: 'echo mine > own.txt; cat own.txt' } },
        { text: 'so: $TOOL' },
      );
      said.push(
        answerOf(await run(engine, messageTurn(`alice:${enabled}`, works, { owner: 'alice', workDir: alice }))),
      );
      const plants = script({ tool: 'Bash', input: { command: `echo x > ${bob}/planted` } }, { text: 'so: $TOOL' });
      said.push(
        answerOf(await run(engine, messageTurn(`alice:${enabled}`, plants, { owner: 'alice', workDir: alice }))),
      );
      return said;
    };
    const inside = await outputs(true);
    for (const said of inside) expect(said).not.toContain('of bob alone');
    expect(inside.at(-2)).toContain('mine');
    expect(await readdir(bob)).toEqual(['secret.txt']);
    const outside = await outputs(false);
    for (const said of outside.slice(0, commands.length)) expect(said).toContain('of bob alone');
  },
);
