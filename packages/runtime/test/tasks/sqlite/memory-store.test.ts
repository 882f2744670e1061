import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';
import type { TaskStore } from '../../../src/tasks/task-store.js';
import { taskStoreContract } from '../task-store-contract.js';

taskStoreContract({
  name: 'memory',
  isShared: false,
  async place() {
    const stores: TaskStore[] = [];
    return {
      async open() {
        const store = await openTaskStore({ taskStore: 'memory', stateDir: '', logger: silentLogger });
        stores.push(store);
        return store;
      },
      async [Symbol.asyncDispose]() {
        for (const store of stores) await store[Symbol.asyncDispose]();
      },
    };
  },
});

it('the files of a store in memory are removed with it', async () => {
  const store = await openTaskStore({ taskStore: 'memory', stateDir: '', logger: silentLogger });
  const { digest } = await store.blobs.put(Buffer.from('x'), CALLER);
  const path = await store.blobs.localPath(digest);
  expect(existsSync(path)).toBe(true);
  await store[Symbol.asyncDispose]();
  expect(existsSync(dirname(dirname(path)))).toBe(false);
});
