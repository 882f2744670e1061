import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ECHO, runCli, spawnCli, writeTemplate } from '../../cli/run-cli.js';
import { until } from '../../support/until.js';
import { openStoreIn } from '../../tasks/log/open-log.js';

it('a process that is killed while the engine forgets leaves the rest to the next one', async () => {
  await using directory = await writeTemplate('retention: { conversations: 1s }\n');
  const stateDir = join(directory.path, '.molecule');
  const forgotten = () => readFile(join(stateDir, 'engine', 'forgotten.txt'), 'utf8').catch(() => '');
  const start = async (environment = {}) => {
    const cli = spawnCli(['start', directory.path], { ...ECHO, ...environment });
    const [, url = ''] = await cli.seen(/url +(http:\S+)[\s\S]* send \S/);
    return { cli, url };
  };
  const first = await start({ ECHO_FORGET: 'hangs' });
  await runCli(['send', first.url, '--context', 'c', 'secret']);
  await until('the engine forgets', async () => (await forgotten()) === 'begun c\n', 20_000);
  first.cli.process.kill('SIGKILL');
  await first.cli.result;
  {
    await using store = await openStoreIn(stateDir);
    expect(await store.log.operator.count()).toBe(0);
    expect(await store.log.retention.conversations.due(Date.now(), 10)).toMatchObject([{ contextId: 'c' }]);
  }
  const second = await start({ MOLECULE_RETENTION_CONVERSATIONS: 'off' });
  await using _second = second.cli;
  await until('the next process has done it', async () => (await forgotten()) === 'begun c\nc\n', 20_000);
});
