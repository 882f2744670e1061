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
import { type Fault, writeTinyTemplate } from './support/write-tiny-template.ts';

// `molecule verify` must find each of these faults.

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

const FAULTS: readonly (readonly [name: string, check: string, reason: RegExp, fault: Fault])[] = [
  [
    'a cancel that does nothing',
    'contract',
    /an aborted turn must end/,
    {
      adapter: (source) =>
        source
          .replace('undefined, { signal }).catch(() => {})', 'undefined)')
          .replace(/\n *if \(signal.aborted\) return;\n {2}}/, '\n  }'),
    },
  ],
  [
    'a turn that never ends',
    'a2a 1.0',
    /must end; it had not ended after 3 s/,
    { adapter: (source) => source.replace("  yield { type: 'finish' };\n}", '  await new Promise(() => {});\n}') },
  ],
  [
    'a file of `exports` that is missing',
    'exports',
    /\.\/tools\.js/,
    { manifest: (manifest) => ({ ...manifest, exports: { ...manifest.exports, './tools': './tools.js' } }) },
  ],
  [
    'an export that is missing',
    'doctor',
    /adapter: .*adapter/,
    { adapter: (source) => source.replace('export const adapter', 'export const agent') },
  ],
  [
    'a secret in the log',
    'secrets',
    /a key from the environment was printed: .*<the key>/,
    {
      adapter: (source) =>
        source.replace("logger.info('made'", "console.log(environment.OPENAI_API_KEY);\n    logger.info('made'"),
    },
  ],
  [
    'a port that ignores PORT',
    'boot',
    /another port[\s\S]*let PORT decide/,
    { manifest: (manifest) => ({ ...manifest, scripts: { start: 'molecule start --port 0' } }) },
  ],
  [
    'a file that is not packed',
    'manifest',
    /the tarball lacks config\.yaml/,
    { manifest: (manifest) => ({ ...manifest, files: ['adapter.js'] }) },
  ],
  [
    'a child process in another session that is left running',
    'stop',
    /must end with it; still running: .*setInterval/,
    {
      adapter: (source) =>
        source.replace(
          "logger.info('made'",
          `process.getBuiltinModule('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
    }).unref();
    logger.info('made'`,
        ),
    },
  ],
  [
    'an engine that does not store its question',
    'input-required',
    /must continue|must end completed/,
    { adapter: (source) => source.replace("writeFileSync(join(stateDir, requestId), '');", '') },
  ],
];

/** The checks that can be skipped. The others are always run, because later checks need them. */
const LEAVABLE = [
  'contract',
  'card',
  'a2a 1.0',
  'a2a 0.3',
  'cancel',
  'input-required',
  'kill and resume',
  'stop',
  'secrets',
  'locked install',
];

test.concurrent.for(FAULTS)('it finds %s', async ([, check, reason, fault], { expect }) => {
  await using template = await writeTinyTemplate(fault);
  const others = LEAVABLE.filter((name) => name !== check).join(',');
  const { ok, status, detail } = await verify(template.path, ['--timeout', '3', '--skip', others]);
  expect(ok).toBe(false);
  expect(status[check], JSON.stringify(detail, undefined, 2)).toBe('fail');
  expect(detail[check]).toMatch(reason);
});

test('it finds a package that is built from source once there is a lock file', async () => {
  await using template = await writeTinyTemplate({
    // The package ships its build and declares that to the registry, but npm's lock file does not record it.
    manifest: (manifest) => ({ ...manifest, dependencies: { ...manifest.dependencies, 'better-sqlite3': '13.2.0' } }),
  });
  const others = LEAVABLE.filter((name) => name !== 'locked install').join(',');
  const { status, detail } = await verify(template.path, ['--package-manager', 'npm', '--skip', others]);
  expect(status, JSON.stringify(detail, undefined, 2)).toMatchObject({ install: 'ok', 'locked install': 'fail' });
  expect(detail['locked install']).toMatch(/Python[\s\S]*better-sqlite3/);
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
