import { silentLogger } from '@molecule/adapters';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';
import type { Durability } from '../../../src/tasks/storage/durability.js';

/** Writes memories and delegations until it is killed. Prints each as soon as it is stored. */
const [stateDir = '', durability] = process.argv.slice(2);
const { team } = await openTaskStore({
  taskStore: 'sqlite',
  stateDir,
  durability: durability as Durability,
  logger: silentLogger,
});
for (let count = 0; ; count++) {
  const content = `memory ${count}`;
  await team.memories.commit({ owner: 'ann', content, scope: 'LOCAL', namespace: '' });
  process.stdout.write(`memory ${content}\n`);
  const delegation = await team.delegations.begin({
    owner: 'ann',
    parentTask: `parent-${count}`,
    peerId: 'peer',
    peerName: 'peer',
    url: '',
    text: 'do it',
    mode: 'wait',
    files: [],
    follower: 'a boot',
    isReported: false,
  });
  process.stdout.write(`delegation ${delegation.id}\n`);
}
