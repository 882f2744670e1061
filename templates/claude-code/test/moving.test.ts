import { appendFile, cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScriptedModel, type TestStore, testStore } from '@molecule/adapters/testing';
import { expect, test } from 'vitest';
import { requestBodies } from './support/requests.js';
import { runAndKill } from './support/run-and-kill.js';
import { answerOf, answerTurn, continueTurn, deltas, messageTurn, only, run, script } from './support/turns.js';
import { makeEngine, makeWorkspace, type TestWorkspace } from './support/workspace.js';

const BASH = { permissions: { allow: ['Bash'] } };

/** Two machines, with nothing in common but the engine store and the directory of the tools. */
async function machines() {
  const [here, there] = [await makeWorkspace(), await makeWorkspace()];
  const directory = join(here.root, 'store');
  await mkdir(directory);
  return {
    here,
    there: { ...there, workDir: here.workDir } as TestWorkspace,
    directory,
    store: testStore(directory),
    async [Symbol.asyncDispose]() {
      for (const each of [here, there]) await each[Symbol.asyncDispose]();
    },
  };
}

const said = (model: Parameters<typeof requestBodies>[0]) => JSON.stringify(requestBodies(model).at(-1)?.messages);

test('a conversation continues on another machine that shares only the engine store, and comes back', async () => {
  await using model = await startScriptedModel();
  await using both = await machines();
  const options = { endpoint: model.endpoint, store: both.store };
  await using first = await makeEngine(both.here, options);
  await using second = await makeEngine(both.there, options);
  for (const [engine, word] of [
    [first, 'heron'],
    [second, 'magpie'],
    [first, 'wren'],
  ] as const) {
    await run(engine, messageTurn('c', script({ text: `noted: ${word}` })));
  }
  expect(said(model)).toMatch(/noted: heron.*noted: magpie/);
  const { entries } = (await second.transcript?.({ contextId: 'c', since: 0, limit: 100 })) ?? {};
  const answers = entries?.filter(({ role }) => role === 'assistant').map(({ text }) => text);
  expect(answers).toEqual(['noted: heron', 'noted: magpie', 'noted: wren']);
});

test('a turn whose process was killed during a tool continues on another machine, and finished tools are not repeated', async () => {
  await using model = await startScriptedModel();
  await using both = await machines();
  const { here, there, directory, store } = both;
  const options = { endpoint: model.endpoint, config: BASH };
  const turn = messageTurn(
    'c',
    script(
      { text: 'First.', tool: 'Bash', input: { command: 'echo x >> first' } },
      { text: 'Then.', tool: 'Bash', input: { command: 'echo y >> second; test -f go || sleep 7353' } },
      { text: 'all done' },
    ),
  );
  const isTime = async () => (await readWork(here, 'second')) === 'y\n' && (await holdsResult(store));
  await runAndKill(here, { ...options, storeDirectory: directory }, turn, isTime);
  await appendFile(join(here.workDir, 'go'), '');
  await using engine = await makeEngine(there, { ...options, store });
  const events = await run(engine, continueTurn(turn));
  expect(answerOf(events)).toBe('all done');
  expect(deltas(events)).toBe('all done');
  expect(await readWork(here, 'first')).toBe('x\n');
  expect(await readWork(here, 'second')).toBe('y\ny\n');
  expect(answerOf(await run(engine, continueTurn(turn)))).toBe('all done');
});

test('an approval can be given on another machine', async () => {
  await using model = await startScriptedModel();
  await using both = await machines();
  const options = { endpoint: model.endpoint, store: both.store };
  const turn = messageTurn('c', script({ tool: 'Bash', input: { command: 'echo x > made' } }, { text: 'made it' }));
  await using first = await makeEngine(both.here, options);
  const [request] = only(await run(first, turn), 'input-required');
  if (request === undefined) throw new Error('It asked nothing.');
  await using second = await makeEngine(both.there, options);
  expect(answerOf(await run(second, answerTurn(turn, request, { choice: 'allow' })))).toBe('made it');
  expect(await readWork(both.here, 'made')).toBe('x\n');
});

test('a conversation that another machine has forgotten does not come back from the copy of this one', async () => {
  await using model = await startScriptedModel();
  await using both = await machines();
  const options = { endpoint: model.endpoint, store: both.store };
  await using first = await makeEngine(both.here, options);
  await run(first, messageTurn('c', script({ text: 'noted: heron' })));
  await using second = await makeEngine(both.there, options);
  await second.forget?.('c');
  await run(first, messageTurn('c', script({ text: 'in a warm process' })));
  expect(said(model)).not.toContain('heron');
  await second.forget?.('c');
  await using third = await makeEngine(both.here, options);
  await run(third, messageTurn('c', script({ text: 'in a new process' })));
  expect(said(model)).not.toMatch(/heron|warm/);
});

test('a conversation that an earlier version has kept in a folder is taken over', async () => {
  await using model = await startScriptedModel();
  await using both = await machines();
  const { endpoint } = model;
  const turn = messageTurn('c', script({ text: 'noted: heron' }));
  {
    await using engine = await makeEngine(both.here, { endpoint });
    await run(engine, turn);
  }
  await cp(join(both.here.stateDir, 'sessions'), join(both.there.stateDir, 'sessions'), { recursive: true });
  {
    await using engine = await makeEngine(both.there, { endpoint, store: both.store });
    expect(answerOf(await run(engine, continueTurn(turn)))).toBe('noted: heron');
    await run(engine, messageTurn('c', script({ text: 'still here' })));
    expect(said(model)).toContain('noted: heron');
  }
  const [session = ''] = await readdir(join(both.there.stateDir, 'sessions'));
  expect(await readdir(join(both.there.stateDir, 'sessions', session))).toEqual(['conversation']);
});

const readWork = (workspace: Pick<TestWorkspace, 'workDir'>, name: string) =>
  readFile(join(workspace.workDir, name), 'utf8').catch((error: NodeJS.ErrnoException) => error.code);

/** A step is finished when it is in the store, a moment after the next step has started. */
async function holdsResult(store: TestStore): Promise<boolean> {
  const { entries } = await store.of('c').list('transcript');
  return JSON.stringify(entries).includes('tool_result');
}
