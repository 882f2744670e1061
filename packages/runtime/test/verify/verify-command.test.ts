import { expect, test, vi } from 'vitest';
import { makeReport } from '../../src/verify/verify-report.js';
import { runCli } from '../cli/run-cli.js';
import { writeConfig } from '../config/write-config.js';

// That it finds what is wrong is shown with real installs, in packages/import-smoke.
vi.setConfig({ testTimeout: 60_000 });

test.each([
  [['--package-manager', 'yarn'], '--package-manager wants npm or pnpm, found "yarn".'],
  [['--timeout', 'soon'], '--timeout wants a number of seconds from 1 on, found "soon".'],
  [['--skip', 'cancle'], '--skip knows no check "cancle". There are: pack, manifest,'],
  [['--regsitry', 'http://localhost:1'], 'Unknown option --regsitry. Did you mean --registry?'],
])('verify %j ends with 2 and says what it wants', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['verify', ...args]);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('a directory without a package fails at once, also for programs, and what is after it is left out', async () => {
  await using directory = await writeConfig('name: Echo\nruntime: echo\n');
  const text = await runCli(['verify', directory.path]);
  expect(text.code).toBe(1);
  expect(text.stdout).toMatch(/^fail {2}pack {12}/);
  expect(text.stdout).toContain('-> ');
  expect(text.stdout).toContain('skip  boot            not without pack');
  const { code, stdout } = await runCli(['verify', directory.path, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, results: expect.arrayContaining([]) });
});

test('the badge says how it went', () => {
  const result = { name: 'pack', detail: '', ms: 0 };
  const one = { name: 'a', version: '1.0.0' };
  expect(makeReport(one, [{ ...result, status: 'skip' }])).toMatchObject({
    ok: true,
    badge: '![molecule: verified](https://img.shields.io/badge/molecule-verified-brightgreen)',
  });
  expect(makeReport(one, [{ ...result, status: 'fail' }])).toMatchObject({
    ok: false,
    badge: '![molecule: 1 failed](https://img.shields.io/badge/molecule-1%20failed-red)',
  });
});
