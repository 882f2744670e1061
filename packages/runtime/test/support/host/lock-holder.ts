import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { holdBootLock } from '../../../src/task-log/boot-locks.js';

/** Holds a boot lock until it is killed; in the mode `look at mine` it looks at all locks without pause, as a boot does. */
const [directory = '', bootId = '', mode] = process.argv.slice(2);
const lock = holdBootLock(directory, bootId);
process.stdout.write('held\n');
if (mode === 'look at mine') {
  for (let round = 0; ; round++) {
    holdBootLock(directory, `looker-${round}`).release();
    for (const file of readdirSync(directory)) lock.isAlive(basename(file, '.lock'));
    if (round % 10 === 0) await turn();
  }
}
setInterval(() => lock.isAlive(bootId), 60_000);
