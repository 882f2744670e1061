import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

// That it finds what is wrong is shown with real installs, in packages/import-smoke.
vi.setConfig({ testTimeout: 60_000 });

const COMMAND = join(fileURLToPath(import.meta.resolve('@molecule/runtime/package.json')), '../bin/molecule.js');
/** In this directory the command resolves `@molecule/verify` to this package. */
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

function verify(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'verify', ...args], {
    cwd: PACKAGE,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

test('verify --skip with an unknown name ends with 2 and lists the checks', () => {
  const { code, stdout, stderr } = verify('--skip', 'cancle');
  expect(stderr).toContain('--skip knows no check "cancle". There are: pack, manifest,');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('a directory without a package fails the first check, as text and as JSON, and the later checks are skipped', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-no-package-'));
  try {
    await writeFile(join(directory, 'config.yaml'), 'name: Echo\nruntime: echo\n');
    const text = verify(directory);
    expect(text.code, text.stderr).toBe(1);
    expect(text.stdout).toMatch(/^fail {2}pack {12}/);
    expect(text.stdout).toContain('-> ');
    expect(text.stdout).toContain('skip  boot            not run, because pack failed');
    const { code, stdout } = verify(directory, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, results: expect.arrayContaining([]) });
  } finally {
    await rm(directory, { recursive: true });
  }
});
