import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { packAndUnpack } from '../src/pack.ts';
import { useRegistry } from '../src/registry.ts';
import { mustRun, run } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

test('what an image installs has the runtime, but not the checks of `molecule verify`', async () => {
  await using directory = await makeOutsideDirectory('image');
  await packAndUnpack(join(root, 'templates/blank'), directory.path);
  await useRegistry(directory.path, inject('registry'));
  const npm = (...args: readonly string[]) => mustRun('npm', [...args, '--no-audit', '--no-fund'], directory.path);
  await npm('install', '--package-lock-only');
  await npm('ci', '--omit=dev');
  const installed = (name: string) => existsSync(join(directory.path, 'node_modules', name));
  expect([installed('@molecule/runtime'), installed('@molecule/verify')]).toEqual([true, false]);
  const { code, output } = await run(join(directory.path, 'node_modules/.bin/molecule'), ['verify'], directory.path);
  expect(code).toBe(1);
  expect(output).toContain('npm install -D @molecule/verify');
});
