import { expect, test } from 'vitest';
import { waitForEngines } from '../../src/cli/tasks/wait-for-engines.js';
import { addTask, canceled, claim, existing, logFile } from '../tasks/log/open-log.js';

test('a command waits for the engine of a living process, and not for one of a dead process', async () => {
  await using file = await logFile();
  const { log, boots } = await file.openStore();
  const command = await file.openStore();
  for (const [id, boot] of [
    ['living', boots.id],
    ['dead', 'dead-boot'],
  ] as const) {
    await claim(log, await addTask(log, id), boot);
    await log.settle(id, canceled(await existing(log, id)));
  }
  const tasks = await command.log.operator.tasks({}, 10);
  const waiting = waitForEngines(command, tasks);
  expect(await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits');
  await log.disengage('living', boots.id);
  expect([...(await waiting)]).toEqual([]);
  expect(await log.read.endedButEngaged()).toEqual([]);
});
