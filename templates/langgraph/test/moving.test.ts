import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint';
import { expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { turnProcess } from './support/turn-process.js';
import { answerIn, continueTurn, messageTurn, run, script } from './support/turns.js';
import { makeContext, makeEngine, storeIn } from './support/workspace.js';

const bench = useBench();

/** An engine on another machine: it shares the engine store, and not the state directory. */
async function engineElsewhere() {
  const elsewhere = join(bench.directory, 'elsewhere');
  await mkdir(elsewhere, { recursive: true });
  const store = storeIn(bench.directory);
  return makeEngine({ ...makeContext(elsewhere, bench.model.url), store }, store);
}

it('a conversation continues on another machine that shares only the engine store, and comes back', async () => {
  const [here, there] = [bench.makeEngine(), await engineElsewhere()];
  for (const [engine, word] of [
    [here, 'heron'],
    [there, 'magpie'],
    [here, 'wren'],
  ] as const) {
    await run(engine, messageTurn('c', script({ text: `noted: ${word}` })));
  }
  expect(JSON.stringify(bench.sent())).toMatch(/noted: heron.*noted: magpie/);
  await there.forget('c');
  await run(here, messageTurn('c', script({ text: 'who?' })));
  expect(JSON.stringify(bench.sent())).not.toContain('heron');
});

it('a turn whose process was killed during a tool continues on another machine, and finished steps are not repeated', async () => {
  const turn = messageTurn(
    'c',
    script(
      { tool: 'calculate', input: { expression: '6 * 7' } },
      { tool: 'wait_for_file', input: { name: 'go' } },
      { text: 'all done' },
    ),
  );
  const killed = turnProcess(bench.directory, bench.model.url, turn);
  await killed.waitFor((event) => event.type === 'tool-call' && event.name === 'wait_for_file');
  await killed.kill();
  const before = bench.model.requests.length;
  const engine = await engineElsewhere();
  const events = await run(engine, continueTurn(turn));
  expect(answerIn(events)).toBe('all done');
  expect(events.filter((event) => event.type === 'tool-call' && event.name === 'calculate')).toEqual([]);
  expect(bench.model.requests.length).toBe(before + 1);
});

it('a conversation of an earlier version is taken over from its file, once', async () => {
  const file = join(bench.directory, 'langgraph.sqlite');
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE checkpoints (thread_id TEXT, namespace TEXT, id TEXT, parent_id TEXT, type TEXT, checkpoint BLOB, metadata_type TEXT, metadata BLOB);
    CREATE TABLE writes (thread_id TEXT, namespace TEXT, checkpoint_id TEXT, task_id TEXT, task_path TEXT, position INTEGER, channel TEXT, type TEXT, value BLOB);
  `);
  const messages = [
    {
      lc: 1,
      type: 'constructor',
      id: ['langchain_core', 'messages', 'HumanMessage'],
      kwargs: { content: 'noted: heron', id: 'm-1' },
    },
  ];
  const checkpoint = {
    ...emptyCheckpoint(),
    id: uuid6(1),
    channel_values: { messages },
    channel_versions: { messages: 1 },
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  database
    .prepare("INSERT INTO checkpoints VALUES ('c', '', ?, NULL, 'json', ?, 'json', ?)")
    .run(checkpoint.id, json(checkpoint), json({ source: 'loop', step: 1, parents: {} }));
  const engine = bench.makeEngine();
  await run(engine, messageTurn('c', script({ text: 'still here' })));
  expect(JSON.stringify(bench.sent())).toContain('noted: heron');
  expect(database.prepare('SELECT * FROM checkpoints').all()).toEqual([]);
  await engine.forget('c');
  await run(engine, messageTurn('c', script({ text: 'who?' })));
  expect(JSON.stringify(bench.sent())).not.toContain('heron');
  database.close();
});
