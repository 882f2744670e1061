import { TaskLog } from '../../../src/task-log/task-log.js';

/** Opens a task log, says so, and ends. */
const log = await TaskLog.open(process.argv[2] ?? '');
await log.read.ping();
await log.close();
process.stdout.write('open\n');
