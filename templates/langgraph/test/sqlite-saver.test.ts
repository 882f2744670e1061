import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCheckpoint, TASKS, uuid6 } from '@langchain/langgraph-checkpoint';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SqliteSaver } from '../src/checkpointer/sqlite-saver.js';

// Two cases of LangGraph's own suite are about databases that are not this one's: checkpoints of LangGraph before 0.4
// (this saver has never written any), and savers that store each channel apart (LangGraph's SQLite and memory savers
// do not either, and the suite leaves the case out for them by name).
const notOurs = ['should migrate pending sends', 'should only store channel_values that have changed'];
const itIfOurs = new Proxy(it, {
  apply(target, self, [name, ...rest]: [string]) {
    if (!notOurs.some((start) => name.startsWith(start))) Reflect.apply(target, self, [name, ...rest]);
  },
});

// The suite takes these from the global object.
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it: itIfOurs });
const { validate } = await import('@langchain/langgraph-checkpoint-validation');

validate({
  checkpointerName: 'SqliteSaver',
  createCheckpointer: () => new SqliteSaver(':memory:'),
  destroyCheckpointer: (saver) => saver.close(),
});

describe('SqliteSaver', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'saver-'));
    path = join(directory, 'checkpoints.sqlite');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const metadata = { source: 'input', step: -1, parents: {} } as const;
  const root = { configurable: { thread_id: 'thread', checkpoint_ns: '' } };

  it('gives another process what the first one has put', async () => {
    const first = new SqliteSaver(path);
    const checkpoint = { ...emptyCheckpoint(), id: uuid6(1), channel_values: { messages: ['hello'] } };
    const config = await first.put(root, checkpoint, metadata);
    await first.putWrites(config, [['messages', 'world']], 'task');
    first.close();

    const second = new SqliteSaver(path);
    const tuple = await second.getTuple(root);
    second.close();
    expect(tuple?.checkpoint.channel_values).toEqual({ messages: ['hello'] });
    expect(tuple?.pendingWrites).toEqual([['task', 'messages', 'world']]);
  });

  it('gives the pending writes back in the order in which a running graph applies them', async () => {
    const saver = new SqliteSaver(path);
    const config = await saver.put(root, { ...emptyCheckpoint(), id: uuid6(1) }, metadata);
    await saver.putWrites(config, [['b', 3]], 'a-task', '~2');
    await saver.putWrites(
      config,
      [
        ['a', 1],
        [TASKS, 2],
      ],
      'z-task',
      '~1',
    );
    const tuple = await saver.getTuple(root);
    saver.close();
    expect(tuple?.pendingWrites?.map(([, , value]) => value)).toEqual([1, 2, 3]);
  });

  it('keeps only as many checkpoints of a thread as it was told', async () => {
    const saver = new SqliteSaver(path, { keep: 2 });
    for (let step = 1; step <= 4; step += 1) {
      const config = await saver.put(root, { ...emptyCheckpoint(), id: uuid6(step) }, { ...metadata, step });
      await saver.putWrites(config, [['step', step]], 'task');
    }
    await saver.put({ configurable: { thread_id: 'another' } }, { ...emptyCheckpoint(), id: uuid6(5) }, metadata);

    const kept = await Array.fromAsync(saver.list({ configurable: { thread_id: 'thread' } }));
    expect(kept.map((tuple) => [tuple.metadata?.step, tuple.pendingWrites?.length])).toEqual([
      [4, 1],
      [3, 1],
    ]);
    expect(await saver.getTuple({ configurable: { thread_id: 'another' } })).toBeDefined();
    saver.close();
  });

  it('says what is missing', async () => {
    const saver = new SqliteSaver(path);
    await expect(saver.put({ configurable: {} }, emptyCheckpoint(), metadata)).rejects.toThrow(
      /"thread_id" is missing/,
    );
    await expect(saver.putWrites(root, [], 'task')).rejects.toThrow(/"checkpoint_id" is missing/);
    expect(await saver.getTuple({ configurable: {} })).toBeUndefined();
    saver.close();
    saver.close();
  });
});
