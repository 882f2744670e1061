import { appendFile, cp, glob, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel } from '@molecule/adapters/testing';
import { until } from '@molecule/runtime/testing';
import { expect, test } from 'vitest';
import { killWatchers, processesWith } from './support/processes.js';
import { lastUserText, requestBodies } from './support/requests.js';
import { runAndKill } from './support/run-and-kill.js';
import { answerOf, answerTurn, continueTurn, deltas, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

const BASH = { permissions: { allow: ['Bash'] } };

const readWork = (workspace: TestWorkspace, name: string) =>
  readFile(join(workspace.workDir, name), 'utf8').catch((error: NodeJS.ErrnoException) => error.code);

async function keptTranscript({ stateDir }: TestWorkspace): Promise<string> {
  for await (const file of glob(join(stateDir, 'sessions', '*', 'transcript.jsonl'))) return readFile(file, 'utf8');
  return '';
}

test('killed during a tool: its processes end, finished tools are not repeated, and the turn continues', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint, config: BASH };
  const turn = messageTurn(
    'c',
    script(
      { text: 'First.', tool: 'Bash', input: { command: 'echo x >> first' } },
      { text: 'Then.', tool: 'Bash', input: { command: 'echo y >> second; test -f go || sleep 7351' } },
      { text: 'all done' },
    ),
  );
  // A step is finished when it is on the disk, a moment after the next step has started.
  await runAndKill(
    workspace,
    options,
    turn,
    async () =>
      (await readWork(workspace, 'second')) === 'y\n' && (await keptTranscript(workspace)).includes('tool_result'),
  );
  await until('the end of its processes', async () => (await processesWith(workspace.stateDir)).length === 0, 20_000);
  await appendFile(join(workspace.workDir, 'go'), '');
  await using engine = await makeEngine(workspace, options);
  const events = await run(engine, continueTurn(turn));
  expect(answerOf(events)).toBe('all done');
  expect(events.findIndex(({ type }) => type === 'reset')).toBe(1);
  expect(deltas(events)).toBe('all done');
  expect(await readWork(workspace, 'first')).toBe('x\n');
  expect(await readWork(workspace, 'second')).toBe('y\ny\n');
});

test('killed together with what watches over it: the next turn of the session ends what is left', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint, config: BASH };
  const command = 'echo y >> made; test -f go || sleep 7353';
  const turn = messageTurn('c', script({ tool: 'Bash', input: { command } }, { text: 'made it' }));
  await runAndKill(
    workspace,
    options,
    turn,
    async () => (await readWork(workspace, 'made')) === 'y\n' && (await killWatchers(workspace.stateDir)) > 0,
  );
  expect(await processesWith('sleep', '7353', workspace.root)).not.toEqual([]);
  await appendFile(join(workspace.workDir, 'go'), '');
  await using engine = await makeEngine(workspace, options);
  expect(answerOf(await run(engine, continueTurn(turn)))).toBe('made it');
  expect(await processesWith('sleep', '7353', workspace.root)).toEqual([]);
});

test('killed while the answer streams: the answer is streamed again, and never an earlier answer', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint };
  const earlier = messageTurn('c', script({ text: 'the earlier answer' }));
  {
    await using engine = await makeEngine(workspace, options);
    await run(engine, earlier);
  }
  const turn = messageTurn('c', script({ text: 'one two three four five', chunkMs: 150 }));
  const output = await runAndKill(workspace, options, turn, (so) => so.includes('"three '));
  expect(output).not.toContain('"finish"');
  await using engine = await makeEngine(workspace, options);
  const events = await run(engine, continueTurn(turn));
  expect(answerOf(events)).toBe('one two three four five');
  expect(deltas(events)).toBe('one two three four five');
  await expect(run(engine, continueTurn(earlier))).rejects.toMatchObject({ code: 'nothing-to-continue' });
});

test('killed before the model received the message: there is nothing to continue, and the message can be sent again', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint };
  const turn = messageTurn('c', script({ text: 'now it works' }));
  await runAndKill(workspace, options, turn, (output) => output.includes('"started"'));
  await using engine = await makeEngine(workspace, options);
  const again = await run(engine, continueTurn(turn)).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'nothing-to-continue' });
    return run(engine, { ...turn, attempt: 3 });
  });
  expect(answerOf(again)).toBe('now it works');
});

test('the answer of a finished turn is sent again without a model call', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint };
  const turn = messageTurn('c', script({ text: 'once is enough' }));
  await runAndKill(workspace, options, turn, (output) => output.includes('"finish"'));
  const asked = requestBodies(model).length;
  await using engine = await makeEngine(workspace, options);
  expect(answerOf(await run(engine, continueTurn(turn)))).toBe('once is enough');
  expect(requestBodies(model)).toHaveLength(asked);
});

test('killed while an approved call runs: the same answer runs the same call again', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  const options = { endpoint: model.endpoint };
  const command = 'echo y >> made; test -f go || sleep 7352';
  const turn = messageTurn('c', script({ tool: 'Bash', input: { command } }, { text: 'made it' }));
  const output = await runAndKill(workspace, options, turn, (so) => so.includes('"input-required"'));
  const request = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  {
    await using engine = await makeEngine(workspace, options);
    const [again] = only(await run(engine, continueTurn(turn)), 'input-required');
    expect(again).toEqual(request);
  }
  const answer = answerTurn(turn, request, { choice: 'allow' });
  await runAndKill(workspace, options, answer, async () => (await readWork(workspace, 'made')) === 'y\n');
  await appendFile(join(workspace.workDir, 'go'), '');
  await using engine = await makeEngine(workspace, options);
  await expect(run(engine, continueTurn(answer))).rejects.toMatchObject({ code: 'nothing-to-continue' });
  const events = await run(engine, { ...answer, attempt: 3 });
  expect(only(events, 'tool-call')).toMatchObject([{ name: 'Bash', input: { command } }]);
  expect(answerOf(events)).toBe('made it');
  expect(answerOf(await run(engine, continueTurn(answer)))).toBe('made it');
});

test('to move a conversation to another machine, its session folder is enough', async () => {
  await using model = await startScriptedModel();
  await using here = await makeWorkspace();
  await using there = await makeWorkspace();
  {
    await using engine = await makeEngine(here, { endpoint: model.endpoint });
    await run(engine, messageTurn('c', script({ text: 'noted: heron' })));
  }
  await mkdir(join(there.stateDir, 'sessions'));
  await cp(join(here.stateDir, 'sessions'), join(there.stateDir, 'sessions'), { recursive: true });
  await using engine = await makeEngine(there, { endpoint: model.endpoint });
  await run(engine, messageTurn('c', script({ text: 'still here' })));
  expect(JSON.stringify(requestBodies(model).at(-1)?.messages)).toContain('noted: heron');
});

test('replicas that share the sessions continue each other’s turns, also with warm processes', async () => {
  await using model = await startScriptedModel();
  await using here = await makeWorkspace();
  await using there = await makeWorkspace();
  const options = { endpoint: model.endpoint, config: { session_dir: join(here.root, 'shared') } };
  await using first = await makeEngine(here, options);
  await using second = await makeEngine(there, options);
  for (const [engine, word] of [
    [first, 'heron'],
    [second, 'magpie'],
    [first, 'wren'],
  ] as const) {
    await run(engine, messageTurn('c', script({ text: `noted: ${word}` })));
  }
  expect(JSON.stringify(requestBodies(model).at(-1)?.messages)).toMatch(/noted: heron.*noted: magpie/);
});

test('an incomplete transcript line after a crash is ignored', async () => {
  await using model = await startScriptedModel();
  await using workspace = await makeWorkspace();
  {
    await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
    await run(engine, messageTurn('c', script({ text: 'noted: heron' })));
  }
  for (const pattern of ['sessions/*/transcript.jsonl', 'claude/projects/*/*.jsonl']) {
    for await (const file of glob(pattern, { cwd: workspace.stateDir })) {
      await appendFile(join(workspace.stateDir, file), '{"type":"user","mess');
    }
  }
  for (const word of ['magpie', 'wren']) {
    await using engine = await makeEngine(workspace, { endpoint: model.endpoint });
    await run(engine, messageTurn('c', script({ text: `noted: ${word}` })));
  }
  expect(JSON.stringify(requestBodies(model).at(-1)?.messages)).toMatch(/noted: heron.*noted: magpie/);
  expect(lastUserText(model)).toContain('wren');
});
