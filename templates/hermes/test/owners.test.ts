import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, expect, test } from 'vitest';
import { finalText, lastPrompt, message, play, script } from './support/turns.js';
import { makeWorkspace, openEngine } from './support/workspace.js';

const model = await startScriptedModel();
afterAll(() => model.stop());

test('commands and file tools of a turn work in its directory, and its shell has no variables of another conversation', async () => {
  await using workspace = await makeWorkspace();
  await using engine = await openEngine(workspace, model);
  const directories = ['alice', 'bob'].map((owner) => join(workspace.root, 'owners', owner));
  const [alice = '', bob = ''] = directories;
  for (const directory of directories) await mkdir(directory, { recursive: true });
  await writeFile(join(workspace.workDir, 'AGENTS.md'), 'Of the base alone.');
  await writeFile(join(alice, 'AGENTS.md'), 'Of alice alone.');
  const shell = (command: string) => ({ tool: 'terminal', input: { command } });
  const write = { tool: 'write_file', input: { path: 'note.txt', content: 'mine' } };
  const of = (owner: string, workDir: string, ...steps: Parameters<typeof script>) =>
    play(engine, message(script(...steps), `${owner}:c`, { owner, workDir }));

  const turns = await Promise.all([
    of('alice', alice, shell('export SECRET=of-alice; pwd > here.txt'), write, { text: 'done' }),
    of('bob', bob, shell('pwd > here.txt'), write, { text: 'done' }),
  ]);
  for (const turn of turns) expect(finalText(turn)).toBe('done');
  for (const directory of directories) {
    expect((await readFile(join(directory, 'here.txt'), 'utf8')).trim()).toBe(directory);
    expect(await readFile(join(directory, 'note.txt'), 'utf8')).toBe('mine');
  }
  const later = await of('bob', bob, shell('echo "[$SECRET]" > seen.txt'), { text: 'seen' });
  expect(finalText(later)).toBe('seen');
  expect(await readFile(join(bob, 'seen.txt'), 'utf8')).toBe('[]\n');
  expect(lastPrompt(model)).not.toMatch(/Of the base alone|Of alice alone/);
  const own = await of('alice', alice, { text: 'prompted' });
  expect(finalText(own)).toBe('prompted');

  // A conversation that moves to another directory continues there.
  const moved = await of('alice', bob, shell('pwd > moved.txt'), { text: 'moved' });
  expect(finalText(moved)).toBe('moved');
  expect((await readFile(join(bob, 'moved.txt'), 'utf8')).trim()).toBe(bob);
});
