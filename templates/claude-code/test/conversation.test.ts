import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { sessionIdOf } from '../src/sessions/session-id.js';
import { lastUserText, requestBodies } from './support/requests.js';
import { answerOf, answerTurn, deltas, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace } from './support/workspace.js';

const BASH = { permissions: { allow: ['Bash'] } };

test('streams text and thoughts, reports tools, and resets text before a tool call', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: BASH });
  const first = { think: 'I should look', text: 'Let me look. ', tool: 'Bash', input: { command: 'echo one' } };
  const events = await run(engine, messageTurn('c', script(first, { text: 'It says $TOOL' })));
  expect(
    only(events, 'reasoning-delta')
      .map(({ text }) => text)
      .join(''),
  ).toBe('I should look');
  const types = events.map(({ type }) => type);
  expect(types.indexOf('reset')).toBe(types.indexOf('tool-call') - 1);
  expect(only(events, 'tool-call')[0]).toMatchObject({ name: 'Bash', input: { command: 'echo one' } });
  expect(only(events, 'tool-result')[0]).toMatchObject({ ok: true, output: 'one' });
  expect(deltas(events)).toBe('It says one');
  expect(answerOf(events)).toBe('It says one');
});

test('reports the usage of each turn, in a warm process and in a resumed one', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const costs: number[] = [];
  for (const turns of [2, 1]) {
    await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
    for (let turn = 0; turn < turns; turn += 1) {
      const events = await run(engine, messageTurn('c', script({ text: 'same words' })));
      const told = only(events, 'usage');
      expect(told.reduce((sum, { outputTokens }) => sum + outputTokens, 0)).toBe(2);
      expect(told[0]?.model).toBe('scripted');
      costs.push(told.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0));
    }
  }
  const [first = 0, ...later] = costs;
  expect(first).toBeGreaterThan(0);
  for (const cost of later) expect(cost).toBeLessThan(first * 1.5);
});

test('passes a person’s text unchanged: it reads no file and runs no command', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  await writeFile(join(workspace.workDir, 'secret.txt'), 'the-secret-content');
  const path = join(workspace.workDir, 'secret.txt');
  await run(engine, messageTurn('c', `look at @${path} and @/etc/hostname ${script({ text: 'no' })}`));
  expect(JSON.stringify(requestBodies(model))).not.toContain('the-secret-content');
  const events = await run(engine, messageTurn('d', '/compact'));
  expect(answerOf(events)).toContain('/compact');
  expect(JSON.stringify(requestBodies(model).at(-1)?.messages)).toContain('/compact');
});

test('the model receives the system prompt and the CLAUDE.md of the configuration, and no settings of the working directory', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await writeFile(join(workspace.configDir, 'CLAUDE.md'), 'Remember the heron.');
  await writeFile(join(workspace.workDir, 'CLAUDE.md'), 'Obey the magpie.');
  await mkdir(join(workspace.workDir, '.claude'));
  const hooks = { UserPromptSubmit: [{ hooks: [{ type: 'command', command: `touch ${workspace.root}/hooked` }] }] };
  await writeFile(join(workspace.workDir, '.claude', 'settings.json'), JSON.stringify({ hooks }));
  await using engine = await makeEngine(workspace, {
    endpoint: model.endpoint,
    systemPrompt: 'You keep the lighthouse.',
  });
  await run(engine, messageTurn('c', script({ text: 'yes' })));
  const body = JSON.stringify(requestBodies(model));
  expect(body).toContain('You keep the lighthouse.');
  expect(body).toContain('Remember the heron.');
  expect(body).not.toContain('Obey the magpie.');
  await expect(access(join(workspace.root, 'hooked'))).rejects.toThrow('ENOENT');
});

test('a changed system prompt applies from the next turn, and a turn that waits for a person keeps its prompt', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint, systemPrompt: 'You love the heron.' };
  await using engine = await makeEngine(workspace, options);
  const loved = () => JSON.stringify(requestBodies(model).at(-1)?.system).match(/You love the \w+/g);
  await run(engine, messageTurn('c', script({ text: 'noted: heron' })));
  expect(loved()).toEqual(['You love the heron']);

  options.systemPrompt = 'You love the magpie.';
  const touch = (name: string) => ({ tool: 'Bash', input: { command: `touch ${name}` } });
  // Of two calls in one message, the waiting one runs only because the prompt is recorded again.
  const turn = messageTurn('c', script({ tools: [touch('made'), touch('other')] }, { text: 'done' }));
  const [asked] = only(await run(engine, turn), 'input-required');
  if (asked === undefined) throw new Error('the call must be asked for');
  expect(loved()).toEqual(['You love the magpie']);
  expect(JSON.stringify(requestBodies(model).at(-1)?.messages)).toContain('noted: heron');

  options.systemPrompt = 'You love the wren.';
  expect(answerOf(await run(engine, answerTurn(turn, asked, { choice: 'allow' })))).toBe('done');
  expect(lastUserText(model)).toContain('completed with no output');
  expect(loved()).toEqual(['You love the magpie']);
  await writeFile(join(workspace.configDir, 'CLAUDE.md'), 'You love the robin.');
  await run(engine, messageTurn('c', script({ text: 'noted: both' })));
  expect(loved()).toEqual(['You love the wren', 'You love the robin']);
});

test('the model receives an image as an image, and for every file its path in the working directory', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
  const path = join(workspace.workDir, 'inbox', '0123', 'table.csv');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'heron,magpie');
  const text = script({ tool: 'Read', input: { file_path: path } }, { text: 'found $TOOL' });
  const data = Buffer.from('heron,magpie').toString('base64');
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const parts = [
    { kind: 'text', text },
    { kind: 'file', name: '../../../table.csv', mediaType: 'text/csv', data, path },
    { kind: 'file', name: 'dot.png', mediaType: 'image/png', data: pixel, path: join(dirname(path), 'dot.png') },
    { kind: 'data', data: { answer: 42 } },
  ] as const;
  const events = await run(engine, messageTurn('c', text, { parts }));
  expect(answerOf(events)).toContain('heron,magpie');
  const sent = JSON.stringify(requestBodies(model)[0]);
  expect(sent).toContain(`Files that came with this message:\\n- ${path}\\n- ${join(dirname(path), 'dot.png')}`);
  expect(await readdir(join(workspace.workDir, 'inbox'), { recursive: true })).toEqual(['0123', '0123/table.csv']);
  expect(sent).toContain(pixel);
  expect(sent).toContain('\\"answer\\": 42');
});

test('keeps a transcript of the conversation', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: BASH });
  const words = script({ tool: 'Bash', input: { command: 'echo one' } }, { text: 'It says $TOOL' });
  await run(engine, messageTurn('c', words));
  const page = await engine.transcript?.({ contextId: 'c', since: 0, limit: 10 });
  expect(page?.entries.map(({ role, text }) => [role, text])).toEqual([
    ['user', words],
    ['assistant', 'It says one'],
  ]);
});

test('forgets a conversation in a warm process and on the disk, and keeps other conversations', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  await using engine = await makeEngine(workspace, { endpoint: model.endpoint, config: BASH });
  const long = { tool: 'Bash', input: { command: 'seq 1 50000' } };
  await run(engine, messageTurn('c', script(long, { text: 'counted' })));
  await run(engine, messageTurn('d', script({ text: 'noted' })));
  const id = sessionIdOf('test', 'c');
  const named = async () => {
    const paths = await readdir(workspace.stateDir, { recursive: true });
    return paths.filter((path) => path.includes(id));
  };
  // The long output is in a file of its own beside Claude Code's transcript.
  expect((await named()).filter((path) => path.endsWith('.txt'))).toHaveLength(1);
  await engine.forget?.('c');
  expect(await named()).toEqual([]);
  const again = await run(engine, messageTurn('c', script({ text: 'people have spoken $TURNS times' })));
  expect(answerOf(again)).toBe('people have spoken 1 times');
  const other = await run(engine, messageTurn('d', script({ text: 'people have spoken $TURNS times' })));
  expect(answerOf(other)).toBe('people have spoken 2 times');
});
