import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

it('npm start says in one line what a machine lacks, before anything is downloaded', async () => {
  const home = await mkdtemp(join(tmpdir(), 'molecule-bare-'));
  try {
    // No python, and no npx either: a download would fail, with other words.
    const environment = { PATH: home, HOME: home };
    const started = promisify(execFile)(process.execPath, [join(root, 'scripts/run.mjs'), 'start', 'hermes'], {
      cwd: home,
      env: environment,
    });
    const { code, stderr, stdout } = await started.catch((error) => error);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^HERMES_NEEDS_PYTHON: [^\n]+\n$/);
    // What it advises works from where it was said.
    const [, script = ''] = /node '([^']+)' --python/.exec(stderr) ?? [];
    expect(existsSync(script), stderr).toBe(true);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
