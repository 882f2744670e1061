import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { BootLocks } from '../../../src/tasks/sqlite/boot-locks.js';

/** Holds a boot lock until it is killed. In the mode `look at mine` it checks all locks continuously, as a boot does. */
const [directory = '', bootId = '', mode] = process.argv.slice(2);
const lock = new BootLocks(directory, bootId);
process.stdout.write('held\n');
if (mode === 'look at mine') {
  for (let round = 0; ; round++) {
    await new BootLocks(directory, `looker-${round}`).release();
    for (const file of readdirSync(directory)) await lock.isAlive(basename(file, '.lock'));
    if (round % 10 === 0) await turn();
  }
}
setInterval(() => void lock.isAlive(bootId), 60_000);
