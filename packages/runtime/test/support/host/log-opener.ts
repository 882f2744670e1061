import { dirname } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { openTaskStore } from '../../../src/tasks/open-task-store.js';

/** Opens the store of a task log, prints a line, and ends. */
const stateDir = dirname(process.argv[2] ?? '');
const store = await openTaskStore({ taskStore: 'sqlite', stateDir, logger: silentLogger });
await store.log.read.ping();
await store[Symbol.asyncDispose]();
process.stdout.write('open\n');
