import { expect, it } from 'vitest';
import type { HeldDuty } from '../../../src/tasks/duties.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { until } from '../../support/until.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const DUTY = 'speak';

export function dutyRules(kind: StoreKind): void {
  it('a boot has each duty until it leaves it', async () => {
    await using stores = await twoStores(kind);
    const { duties } = stores.here;
    expect(await duties.take(DUTY)).toBe(true);
    expect(await duties.take(DUTY)).toBe(true);
    expect(await duties.take('another')).toBe(true);
    await duties.leave(DUTY);
    expect(await duties.take(DUTY)).toBe(true);
  });

  if (!kind.isShared) return;

  it('of two boots one gets a duty, and the other one when the first has left it or has ended', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const taken = await Promise.all([here.duties.take(DUTY), there.duties.take(DUTY)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    const [first, second] = taken[0] ? [here, there] : [there, here];
    expect(await second.duties.take(DUTY)).toBe(false);
    await first.duties.leave(DUTY);
    expect(await second.duties.take(DUTY)).toBe(true);
    // What is not one's own is not left.
    await first.duties.leave(DUTY);
    expect(await first.duties.take(DUTY)).toBe(false);
    await second[Symbol.asyncDispose]();
    expect(await first.duties.take(DUTY)).toBe(true);
  });

  it('the work of a duty is done by one process at a time, and a process that stops ends its own before another begins', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const log: string[] = [];
    const [one, two] = [works(here, 'here', log), works(there, 'there', log)];
    await until('the work has begun', () => log.length === 1);
    const [first, second] = log[0] === 'begin here' ? [one, two] : [two, one];
    const names = log[0] === 'begin here' ? ['here', 'there'] : ['there', 'here'];
    await first();
    await until('the other process works', () => log.length === 3);
    await second();
    expect(log).toEqual([`begin ${names[0]}`, `end ${names[0]}`, `begin ${names[1]}`, `end ${names[1]}`]);
  });

  it('work that fails is begun again, and its error is passed on', async () => {
    await using stores = await twoStores(kind);
    const errors: unknown[] = [];
    let begun = 0;
    const stop = stores.here.duties.hold(
      DUTY,
      async ({ signal }) => {
        begun++;
        if (begun === 1) throw new Error('once');
        await ended(signal);
      },
      (error) => errors.push(error),
    );
    await until('it is begun again', () => begun === 2);
    await stop();
    expect(errors).toEqual([new Error('once')]);
  });
}

function works({ duties }: TaskStore, name: string, log: string[]): () => Promise<void> {
  const work = async ({ signal, isHeld }: HeldDuty) => {
    log.push(`begin ${name}`);
    expect(isHeld).toBe(true);
    await ended(signal);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`end ${name}`);
  };
  return duties.hold(DUTY, work, () => {});
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
