import { expect, it } from 'vitest';
import type { Boots } from '../../../src/tasks/boots.js';
import { until } from '../../support/until.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function bootRules(kind: StoreKind): void {
  it('a boot is alive until it is released, and an unknown boot is not alive', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    expect(await there.boots.isAlive(here.boots.id)).toBe(true);
    expect(await here.boots.isAlive(there.boots.id)).toBe(true);
    expect(await there.boots.isAlive('never')).toBe(false);
    await here.boots.release();
    expect(await there.boots.isAlive(here.boots.id)).toBe(false);
  });

  it('the boots that are alive are counted', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    // A store may count once a second.
    const counted = (boots: Boots, count: number) =>
      until(`${count} boots are counted`, async () => (await boots.count()) === count);
    for (const { boots } of [here, there]) await counted(boots, kind.isShared ? 2 : 1);
    if (!kind.isShared) return;
    await here[Symbol.asyncDispose]();
    await counted(there.boots, 1);
  });

  if (kind.isShared)
    it('each opening is a separate boot, and closing releases it', async () => {
      await using stores = await twoStores(kind);
      const { here, there } = stores;
      expect(here.boots.id).not.toBe(there.boots.id);
      await here[Symbol.asyncDispose]();
      expect(await there.boots.isAlive(here.boots.id)).toBe(false);
    });
}
