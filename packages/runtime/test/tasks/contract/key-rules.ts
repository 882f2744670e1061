import { expect, it } from 'vitest';
import type { NewKey } from '../../../src/tasks/keys/key-store.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function keyRules(kind: StoreKind): void {
  it('of two processes that make the first key at the same time, one makes it, and both read the same', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await Promise.all([here.keys.addFirst(key('one', 1)), there.keys.addFirst(key('two', 1))]);
    const [stored] = await here.keys.all();
    expect(await here.keys.all()).toHaveLength(1);
    expect(await there.keys.all()).toEqual([stored]);
    expect(stored).toMatchObject({
      createdAt: 1,
      retiredAt: undefined,
      privateKey: expect.stringContaining('private'),
    });
  });

  it('a key that is replaced keeps its public part only, until it is older than a time', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await here.keys.addFirst(key('one', 1));
    await there.keys.replace(key('two', 10), 0);
    expect(await here.keys.all()).toEqual([
      { id: 'two', createdAt: 10, retiredAt: undefined, publicKey: 'public two', privateKey: 'private two' },
      { id: 'one', createdAt: 1, retiredAt: 10, publicKey: 'public one', privateKey: undefined },
    ]);
    await here.keys.replace(key('three', 20), 11);
    expect((await there.keys.all()).map(({ id }) => id)).toEqual(['three', 'two']);
  });

  it('of several processes that replace the key at the same time, each succeeds and one key signs', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await here.keys.addFirst(key('one', 1));
    await Promise.all([here.keys.replace(key('two', 10), 0), there.keys.replace(key('three', 10), 0)]);
    expect((await here.keys.all()).filter(({ privateKey }) => privateKey !== undefined)).toHaveLength(1);
  });
}

function key(id: string, createdAt: number): NewKey {
  return { id, createdAt, publicKey: `public ${id}`, privateKey: `private ${id}` };
}
