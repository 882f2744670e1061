import { expect, inject, test } from 'vitest';
import { verifyTemplate } from '../src/verify-template.ts';
import { type Fault, writeTinyTemplate } from './support/write-tiny-template.ts';

// `molecule verify` must find each of these faults.

const verify = (directory: string, options: readonly string[] = []) =>
  verifyTemplate(directory, ['--registry', inject('registry'), '--package-manager', 'pnpm', ...options]);

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
