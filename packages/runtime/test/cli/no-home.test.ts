import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI, ECHO, spawnCli, writeTemplate } from './run-cli.js';

/** Makes Node behave as for a user id without an entry in /etc/passwd. */
const NO_PASSWD_ENTRY = `data:text/javascript,${encodeURIComponent(`
  import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.homedir = () => {
    if (process.env.HOME === undefined) throw new Error('uv_os_homedir returned ENOENT (no such file or directory)');
    return process.env.HOME;
  };
  syncBuiltinESMExports();
`)}`;

test('an adapter that reads the home directory loads without one', async () => {
  await using directory = await writeTemplate();
  const adapter = join(directory.path, 'adapter.mjs');
  await writeFile(
    adapter,
    `import { homedir } from 'node:os';\nhomedir();\nexport { adapter } from ${JSON.stringify(ECHO['ADAPTER_MODULE'])};\n`,
  );
  const command = ['/usr/bin/env', '-u', 'HOME', process.execPath, '--import', NO_PASSWD_ENTRY, CLI] as const;
  await using cli = spawnCli(['start', directory.path], { ADAPTER_MODULE: adapter }, { command: [...command] });
  await expect(cli.seen(/url +(http:\S+)/)).resolves.toBeDefined();
});
