import type { TaskStore } from '../../../src/tasks/task-store.js';
import type { StoreKind, StorePlace } from '../task-store-contract.js';

/** One place, opened twice if the kind allows it: as one process that writes, and another one that reads. */
export interface TwoStores extends AsyncDisposable {
  readonly place: StorePlace;
  readonly here: TaskStore;
  readonly there: TaskStore;
}

export async function twoStores(kind: StoreKind): Promise<TwoStores> {
  const place = await kind.place();
  const here = await place.open();
  const there = kind.isShared ? await place.open() : here;
  return { place, here, there, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}
