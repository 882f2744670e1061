import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext, AgentEngine, JsonValue, TurnEvent, TurnStore } from '@molecule/adapters';
import { defineAdapter, EngineError } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { AdvancedClock, DAY, retentionProcess } from '../execution/retention/retention-bench.js';
import { answerOf, connect, send } from '../support/a2a-client.js';
import { freshDatabase } from '../support/postgres/fresh-database.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { addTask, claim, logFile } from '../tasks/log/open-log.js';
import { holdLock } from '../tasks/storage/hold-lock.js';

const ALICE = 'alice-0123456789abcdef';
const BOB = 'bob-0123456789abcdef';
const TOKENS = { MOLECULE_TOKENS: `alice:${ALICE},bob:${BOB}` };

/** An engine that keeps what is said in the engine store only. */
function storingAdapter(fails = 0) {
  const contexts: AdapterContext[] = [];
  const stores: TurnStore[] = [];
  let left = fails;
  const engine: AgentEngine = {
    async *runTurn(turn, { store }): AsyncGenerator<TurnEvent> {
      if (!store) throw new Error('There is no engine store.');
      stores.push(store);
      const { text, messageId } = turn.kind === 'continue' ? turn.original : turn;
      await store.append('said', [{ id: messageId, value: text }]);
      if (left-- > 0) throw new EngineError('overloaded', 'Not now.');
      const { entries } = await store.list('said');
      yield { type: 'finish', text: entries.map(({ value }) => value).join(' ') };
    },
  };
  const adapter = defineAdapter({
    name: 'play',
    displayName: 'Storing',
    description: 'Keeps what is said in the engine store.',
    createEngine: (context) => {
      contexts.push(context);
      return engine;
    },
  });
  const saidIn = (context: string): Promise<readonly JsonValue[]> | undefined =>
    contexts
      .at(-1)
      ?.store?.of(context)
      .list('said')
      .then(({ entries }) => entries.map(({ value }) => value));
  return { adapter, stores, saidIn };
}

it('what an engine stores is there after a restart without its own directory, for its owner alone', async () => {
  const { adapter, saidIn } = storingAdapter();
  await using first = await startTestRuntime({ adapter, environment: TOKENS });
  for (const token of [ALICE, BOB]) {
    const client = await connect(first.url, { token });
    expect(answerOf(await send(client, `of ${token.slice(0, 3)}`, { contextId: 'c' }))).toBe(`of ${token.slice(0, 3)}`);
  }
  await first.shutdown();
  await rm(join(first.directory, '.molecule', 'engine'), { recursive: true });
  await using second = await first.restart();
  const alice = await connect(second.url, { token: ALICE });
  expect(answerOf(await send(alice, 'again', { contextId: 'c' }))).toBe('of ali again');
  expect(await saidIn('alice:c')).toEqual(['of ali', 'again']);
  expect(await saidIn('bob:c')).toEqual(['of bob']);
});

it('another machine that shares the database continues the conversation', async () => {
  await using database = await freshDatabase();
  const { adapter, saidIn } = storingAdapter();
  const environment = { ...TOKENS, DATABASE_URL: database.url };
  await using here = await startTestRuntime({ adapter, environment });
  await using there = await startTestRuntime({ adapter, environment });
  const say = async ({ url }: TestRuntime, text: string) =>
    answerOf(await send(await connect(url, { token: ALICE }), text, { contextId: 'c' }));
  expect(await say(here, 'one')).toBe('one');
  expect(await say(there, 'two')).toBe('one two');
  expect(await say(here, 'three')).toBe('one two three');
  expect(await saidIn('alice:c')).toEqual(['one', 'two', 'three']);
});

it('a failed attempt that is repeated stores no entry twice, and its store is ended', async () => {
  const { adapter, stores } = storingAdapter(1);
  const environment = { MOLECULE_RETRY_INITIAL: '1ms' };
  await using runtime = await startTestRuntime({ adapter, environment });
  expect(answerOf(await send(await connect(runtime.url), 'hello'))).toBe('hello');
  expect(stores).toHaveLength(2);
  await expect(stores[0]?.put('state', 'late')).rejects.toMatchObject({ code: 'canceled' });
});

it('a conversation that is forgotten leaves nothing in the engine store, also if its engine cannot forget', async () => {
  await using file = await logFile();
  const store = await file.openStore();
  const engine: AgentEngine = {
    async *runTurn(_turn, controls): AsyncGenerator<TurnEvent> {
      await controls.store?.put('state', 'kept');
      yield { type: 'finish', text: 'done' };
    },
  };
  const clock = new AdvancedClock();
  const process = retentionProcess(store, { engine, clock, ages: { conversationsMs: DAY } });
  await process.say('hello', 'c');
  const stored = store.log.engineRecords.of('ann:c');
  expect(await stored.get('state')).toBe('kept');
  clock.advance(2 * DAY);
  process.retention.start();
  await until('it is forgotten', async () => (await stored.get('state')) === undefined);
  await process.retention.stop();
});

it('while storage trouble delays a call of the store, the time of the turn stands still', async () => {
  await using file = await logFile();
  const log = await file.open();
  const writer = await claim(log, await addTask(log));
  const store = writer?.openEngineStore();
  await store?.put('state', 'before');
  await using lock = await holdLock(file.file);
  const put = store?.put('state', 'after');
  await until('the call is delayed', () => writer?.isHeld === true);
  await lock.release();
  await put;
  expect(writer?.isHeld).toBe(false);
  expect(await store?.get('state')).toBe('after');
});
