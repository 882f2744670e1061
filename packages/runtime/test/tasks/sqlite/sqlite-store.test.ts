import { logFile } from '../log/open-log.js';
import { taskStoreContract } from '../task-store-contract.js';

taskStoreContract({
  name: 'SQLite',
  isShared: true,
  async place() {
    const file = await logFile();
    return { open: () => file.openStore(), [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
  },
});
