import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/workspace.js';

const run = promisify(execFile);
const setup = fileURLToPath(new URL('../scripts/setup.mjs', import.meta.url));

// The real installation is what every other test of this template runs on; here a stand-in for Python notes what it is told.
const PYTHON = `#!/bin/sh
case "$*" in
  "-c "*) echo "3 12";;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
  *) echo "$*" >> "$(dirname "$0")/../asked.txt" && touch "$(dirname "$0")/hermes" && chmod +x "$(dirname "$0")/hermes";;
esac
`;

test('installs pinned versions once, and again when an earlier installation is half', async () => {
  await using workspace = await makeWorkspace();
  const python = join(workspace.root, 'python3');
  const venv = join(workspace.root, 'venv');
  await writeFile(python, PYTHON);
  await chmod(python, 0o755);
  const args = [setup, '--dir', venv, '--python', python];

  expect((await run(process.execPath, args)).stdout).toContain('Hermes is installed');
  expect(await readFile(join(venv, 'asked.txt'), 'utf8')).toMatch(/hermes-agent\[\S*\]==0\.19\.0 aiohttp==3\.14\.\d+/);
  expect((await run(process.execPath, args)).stdout).toContain('Hermes is there');

  await rm(join(venv, 'installed.txt'));
  expect((await run(process.execPath, args)).stdout).toContain('Hermes is installed');
});

test('says which Python it needs', async () => {
  await using workspace = await makeWorkspace();
  const dir = join(workspace.root, 'venv');
  const missing = run(process.execPath, [setup, '--dir', dir, '--python', join(workspace.root, 'nothing')]);
  await expect(missing).rejects.toThrow(/Python 3\.11 or newer.*could not be run/s);

  const old = join(workspace.root, 'old-python');
  await writeFile(old, '#!/bin/sh\necho "3 9"\n');
  await chmod(old, 0o755);
  await expect(run(process.execPath, [setup, '--dir', dir, '--python', old])).rejects.toThrow('is 3.9.');
  await expect(mkdir(dir)).resolves.toBeUndefined();
});
