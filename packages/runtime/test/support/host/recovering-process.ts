import { dirname } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { startRecovery } from '../../../src/execution/recovery/recover-tasks.js';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';

/** Recovers the tasks of a log as a start does, several times, and prints how many turns were dispatched. */
const [file = ''] = process.argv.slice(2);
await using store = await openTaskStore({ taskStore: 'sqlite', stateDir: dirname(file), logger: silentLogger });
let dispatched = 0;
for (let sweep = 0; sweep < 3; sweep++) {
  const recovery = await startRecovery({
    log: store.log,
    dispatcher: { dispatch: () => void dispatched++ },
    boots: { id: 'after', isAlive: async () => false },
    isRunning: () => false,
    repeatableTurns: true,
    execution: { isDurable: () => false, isPaused: async () => false, wantsDurable: false },
    logger: silentLogger,
  });
  recovery.stop();
  await store.log.read.running();
}
process.stdout.write(`${dispatched}`);
