import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredContext } from '../../src/index.js';
import { messageTurn, startTurnProcess, type TestStore, testStore } from '../../src/testing/kit.js';

const REFUSED = { code: 'canceled' };

interface Place extends AsyncDisposable {
  /** Opens the store, the second time as another process does if it is on the disk. */
  open(): TestStore;
}

async function onDisk(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'test-store-'));
  return {
    open: () => testStore(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function inMemory(): Promise<Place> {
  const store = testStore();
  return { open: () => store, [Symbol.asyncDispose]: async () => {} };
}

describe.each([
  { name: 'on the disk', place: onDisk },
  { name: 'in memory', place: inMemory },
])('a test store $name', ({ place: openPlace }) => {
  it('keeps values and lists by context, and leaves out entries whose id it has', async () => {
    await using place = await openPlace();
    const turn = place.open().forTurn('c');
    const value = { list: [1, null] };
    await turn.put('state', value);
    value.list.push(2);
    await turn.append('said', [{ id: 'a', value: 1 }, { value: 2 }]);
    expect(await turn.append('said', [{ id: 'a', value: 3 }, { value: 2 }])).toBe(3);
    const stored = place.open().of('c');
    expect(await stored.get('state')).toEqual({ list: [1, null] });
    expect(await valuesOf(stored, 'said')).toEqual([1, 2, 2]);
    expect(await stored.list('said', { after: 1, limit: 1 })).toMatchObject({ next: 2, more: true });
    await turn.replace('said', [{ value: 4 }]);
    expect((await stored.list('said', { after: 3 })).entries).toMatchObject([{ value: 4 }]);
    expect(await place.open().of('d').get('state')).toBeUndefined();
    await stored.delete('state');
    expect([await turn.get('state'), await valuesOf(turn, 'said')]).toEqual([undefined, [4]]);
    await turn.delete();
    expect(await valuesOf(stored, 'said')).toEqual([]);
  });

  it('refuses the store of an earlier attempt or turn once a later one was used', async () => {
    await using place = await openPlace();
    const earlier = place.open().forTurn('c');
    await earlier.put('state', 1);
    const later = place.open().forTurn('c');
    await earlier.put('state', 2);
    expect(await later.get('state')).toBe(2);
    await expect(earlier.put('state', 3)).rejects.toMatchObject(REFUSED);
    await expect(earlier.append('said', [{ value: 3 }])).rejects.toMatchObject(REFUSED);
    await expect(earlier.delete()).rejects.toMatchObject(REFUSED);
    expect(await place.open().of('c').get('state')).toBe(2);
  });

  it('refuses what is too large, and what is no key', async () => {
    await using place = await openPlace();
    const turn = place.open().forTurn('c');
    const tooLarge = 'x'.repeat(16 * 1024 * 1024);
    await expect(turn.put('state', tooLarge)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(turn.get('')).rejects.toMatchObject({ code: 'ADAPTER_CONTRACT_BROKEN' });
  });
});

it('a change that a kill has cut off is no change', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'test-store-'));
  await testStore(directory).forTurn('c').put('state', 1);
  const [file = ''] = await readdir(directory);
  await appendFile(join(directory, file), '{"do":"put","holder":"x","key":"sta');
  expect(await testStore(directory).of('c').get('state')).toBe(1);
  await rm(directory, { recursive: true });
});

it('a turn in a process of its own writes to the store on the disk, also if it is killed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'test-store-'));
  const turn = messageTurn('remember me');
  const engine = new URL('./remembering-engine.ts', import.meta.url);
  const process = startTurnProcess({ engine, turn, store: directory });
  await process.waitFor(({ type }) => type === 'text-delta');
  await process.kill();
  // Whether the kill comes before the answer is stored, or after, is open: the message was stored before the text.
  const [stored] = await valuesOf(testStore(directory).of(turn.contextId), 'said');
  expect(stored).toEqual(['user', 'remember me']);
  await rm(directory, { recursive: true });
});

async function valuesOf(store: StoredContext, key: string): Promise<readonly unknown[]> {
  return (await store.list(key)).entries.map(({ value }) => value);
}
