import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RuntimeProcess, startRuntimeProcess } from '@molecule/runtime/testing';
import { expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../support/postgres/fresh-database.js';
import { until } from '../../support/until.js';

const ADAPTER = new URL('./ledger-adapter.mjs', import.meta.url).href;
const WITHIN_MS = 30_000;

/** What the engine of some process did. */
interface Entry {
  readonly what: 'begin' | 'end';
  readonly contextId: string;
  readonly text?: string;
  readonly attempt: number;
  readonly pid: number;
}

interface TwoProcesses extends AsyncDisposable {
  readonly here: RuntimeProcess;
  readonly there: RuntimeProcess;
  /** In the order in which it happened. */
  ledger(): Promise<readonly Entry[]>;
  /** Lets the turns end whose text begins with "hold". */
  go(): Promise<void>;
}

/** @param database a PostgreSQL database, with a state directory for each process. Default: SQLite in one directory */
async function twoProcesses(database?: FreshDatabase): Promise<TwoProcesses> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-lanes-'));
  const stateDir = join(directory, '.molecule', 'engine');
  await writeFile(join(directory, 'config.yaml'), 'name: Ledger\nruntime: ledger\n');
  const start = (name: string) => {
    const common = { PATH: process.env['PATH'], ADAPTER_MODULE: ADAPTER };
    const apart = { LEDGER: stateDir, DATABASE_URL: database?.url, MOLECULE_STATE_DIR: join(directory, name) };
    return startRuntimeProcess({ directory, environment: database ? { ...common, ...apart } : common });
  };
  await mkdir(stateDir, { recursive: true });
  const here = await start('here');
  const there = await start('there');
  return {
    here,
    there,
    async ledger() {
      const text = await readFile(join(stateDir, 'ledger.txt'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Entry);
    },
    go: () => writeFile(join(stateDir, 'go'), ''),
    async [Symbol.asyncDispose]() {
      await Promise.all([here, there].map((each) => each[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** "begin 1", "end 1" and so on. */
function shortly(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ what, text, attempt }) => `${what} ${text ?? ''} ${attempt}`);
}

async function begun({ ledger }: TwoProcesses, text: string): Promise<Entry> {
  const find = async () => (await ledger()).find((entry) => entry.what === 'begin' && entry.text === text);
  return (await until(`${text} has begun`, find, WITHIN_MS)) as Entry;
}

it.each([
  ['SQLite', 20],
  ['PostgreSQL', 8],
])(
  'turns of one conversation that are sent to two processes run one at a time, in the order in which they were accepted: %s',
  async (store, count) => {
    await using database = store === 'PostgreSQL' ? await freshDatabase() : undefined;
    await using both = await twoProcesses(database);
    const { here, there, ledger } = both;
    const texts = Array.from({ length: 6 }, (_, index) => `${index}`);
    const conversations = Array.from({ length: count }, (_, index) => `c-${index}`);
    const talk = async (contextId: string) => {
      const tasks: { readonly id: string; readonly process: RuntimeProcess }[] = [];
      for (const [index, text] of texts.entries()) {
        const process = index % 2 === 0 ? here : there;
        tasks.push({ id: (await process.client.begin(text, { contextId })).id, process });
      }
      for (const { id, process } of tasks) await process.client.waitFor(id, 'completed', 60_000);
    };
    await Promise.all(conversations.map(talk));
    const entries = await until(
      'the engines have ended',
      async () => {
        const found = await ledger();
        return found.length >= 2 * texts.length * conversations.length && found;
      },
      WITHIN_MS,
    );
    expect(new Set((entries as readonly Entry[]).map(({ pid }) => pid)).size).toBe(2);
    for (const contextId of conversations) {
      const own = (entries as readonly Entry[]).filter((entry) => entry.contextId === contextId);
      expect(shortly(own)).toEqual(texts.flatMap((text) => [`begin ${text} 1`, `end ${text} 1`]));
    }
  },
);

it('after kill -9 of the process that runs a turn of a conversation, the other one runs it again, and then its own', async () => {
  await using both = await twoProcesses();
  const { here, there, ledger, go } = both;
  const first = await here.client.begin('hold 1', { contextId: 'c' });
  await begun(both, 'hold 1');
  const second = await there.client.begin('2', { contextId: 'c' });
  const third = await there.client.begin('3', { contextId: 'c' });
  await here.kill('SIGKILL');
  await go();
  for (const { id } of [first, second, third]) await there.client.waitFor(id, 'completed');
  const entries = shortly((await ledger()).slice(1)).filter((entry) => !entry.startsWith('end'));
  expect(entries.map((entry) => entry.split(' ').slice(0, -1).join(' '))).toEqual([
    expect.stringMatching(/^begin/),
    'begin 2',
    'begin 3',
  ]);
  expect(entries[0]).toMatch(/ 2$/);
});

it('a turn that waits for another process is canceled from there, and a canceled turn lets the next one begin when its engine has ended', async () => {
  await using both = await twoProcesses();
  const { here, there, ledger } = both;
  const first = await here.client.begin('hold 1', { contextId: 'c' });
  await begun(both, 'hold 1');
  const second = await there.client.begin('2', { contextId: 'c' });
  const third = await there.client.begin('3', { contextId: 'c' });
  await here.client.cancel(second.id);
  await there.client.waitFor(second.id, 'canceled');
  await there.client.cancel(first.id);
  await there.client.waitFor(third.id, 'completed');
  expect(await here.client.task(first.id)).toMatchObject({ state: 'canceled' });
  expect(shortly(await ledger()).slice(0, 3)).toEqual(['begin hold 1 1', 'end hold 1 1', 'begin 3 1']);
});

it('a process that stands still keeps its conversation, and only that', async () => {
  await using both = await twoProcesses();
  const { here, there, ledger, go } = both;
  const first = await here.client.begin('hold 1', { contextId: 'c' });
  const { pid } = await begun(both, 'hold 1');
  process.kill(pid, 'SIGSTOP');
  try {
    const second = await there.client.begin('2', { contextId: 'c' });
    for (const text of ['a', 'b', 'c', 'd']) await there.client.send(text, { contextId: 'other' });
    expect((await there.client.task(second.id)).state).toBe('submitted');
    await go();
    process.kill(pid, 'SIGCONT');
    for (const { id } of [first, second]) await there.client.waitFor(id, 'completed');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const own = (await ledger()).filter(({ contextId }) => contextId === 'c');
  expect(shortly(own).slice(0, 3)).toEqual(['begin hold 1 1', 'end hold 1 1', 'begin 2 1']);
});
