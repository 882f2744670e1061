import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { node, outsideEnvironment } from '../src/run-program.ts';
import { verifyTemplate } from '../src/verify-template.ts';
import { root } from '../src/workspace.ts';
import { writeTinyTemplate } from './support/write-tiny-template.ts';

const verify = (directory: string, options: readonly string[] = []) =>
  verifyTemplate(directory, ['--registry', inject('registry'), '--package-manager', 'pnpm', ...options]);

test('a template without a model, a build or Temporal passes everything', async () => {
  await using template = await writeTinyTemplate();
  const { ok, status, detail } = await verify(template.path);
  expect(ok, JSON.stringify(detail, undefined, 2)).toBe(true);
  const { build, ...others } = status;
  expect(build).toBe('skip');
  expect(new Set(Object.values(others))).toEqual(new Set(['ok']));
  expect(detail['kill and resume']).toContain('INTERRUPTED_BY_RESTART');
});

test('it finds workspace ranges that npm leaves in a manifest', async () => {
  await using template = await writeTinyTemplate({
    manifest: (manifest) => ({
      ...manifest,
      dependencies: { ...manifest.dependencies, '@molecule/runtime': 'workspace:^' },
    }),
  });
  const { status, detail } = await verify(template.path, ['--package-manager', 'npm']);
  expect(status).toMatchObject({ manifest: 'fail', install: 'skip' });
  expect(detail['manifest']).toContain('@molecule/runtime@workspace:^');
});

test('an interrupted run leaves no files behind', async () => {
  await using template = await writeTinyTemplate();
  const cli = join(root, 'packages/runtime/dist/cli.js');
  const options = ['verify', template.path, '--registry', inject('registry'), '--package-manager', 'pnpm'];
  await using scratch = await makeOutsideDirectory('interrupted');
  const child = spawn(node, [cli, ...options, '--skip', 'contract'], {
    cwd: join(root, 'packages/import-smoke'),
    env: outsideEnvironment({ TMPDIR: scratch.path }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes(' cancel ')) child.kill('SIGINT');
  }
  expect((await ended)[0]).toBe(130);
  const left = await readdir(scratch.path);
  expect(left.filter((name) => name.startsWith('molecule-'))).toEqual([]);
});
