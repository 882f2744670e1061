import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { logFile } from '../task-log/open-log.js';

it('a task log of a newer version is refused with what to do, and not changed', async () => {
  await using file = await logFile();
  await (await file.open()).close();
  const newer = new DatabaseSync(file.file);
  newer.exec("insert into kysely_migration (name, timestamp) values ('999-of-tomorrow', '2030-01-01')");
  newer.close();
  await expect(file.open()).rejects.toMatchObject({
    code: 'TASK_LOG_TOO_NEW',
    message: expect.stringMatching(/tasks\.db was written by a newer version .* 999-of-tomorrow/),
  });
});
