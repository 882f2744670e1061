import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { claim, completed, existing, logFile, newTask, words } from '../log/open-log.js';

const PIECE = 'x'.repeat(20_000);

it('the file becomes smaller after tasks were deleted, in small steps, and keeps the free space that is wanted', async () => {
  await using file = await logFile();
  const store = await file.openStore();
  const { log } = store;
  const ids = Array.from({ length: 60 }, (_, index) => `task-${index}`);
  for (const id of ids) {
    await log.create(newTask(id));
    const writer = await claim(log, await existing(log, id));
    if (!writer) throw new Error('not claimed');
    for (let piece = 0; piece < 5; piece++) await writer.append([words(writer.record as never, PIECE)]);
    await writer.finish([completed(writer.record as never)], { result: { kind: 'completed', finalText: '' } });
  }
  await log.retention.deleteEnded(ids);
  let steps = 0;
  while (await log.retention.shrink(1_000_000)) steps++;
  expect(steps).toBeGreaterThan(3);
  expect(await log.retention.shrink(1_000_000)).toBe(false);
  // The file itself is cut when the write-ahead log is copied into it, at the latest when the last process closes it.
  await store[Symbol.asyncDispose]();
  const { size } = await stat(file.file);
  expect(size).toBeGreaterThan(1_000_000);
  expect(size).toBeLessThan(1_500_000);
  const again = await file.openStore();
  while (await again.log.retention.shrink(0));
  await again[Symbol.asyncDispose]();
  expect((await stat(file.file)).size).toBeLessThan(400_000);
});
