// npm run record-release: records what this version needs of the versions that will run beside it: its tables and statements, and histories
// of its workflow. Later versions are tested against the record. Run it after `changeset version` and the build; it does nothing if the
// minor version is recorded.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../packages/runtime/package.json', import.meta.url), 'utf8'));
const minor = version.split('.').slice(0, 2).join('.');

if (!existsSync(`${ROOT}/packages/runtime/test/tasks/releases/recorded/${minor}/postgres.json`))
  run('node_modules/vitest/vitest.mjs', 'run', '--retry=0', 'packages/runtime/test/tasks/releases/record.test.ts');
if (!existsSync(`${ROOT}/packages/temporal/test/histories/${minor}/still-running.json`))
  run('packages/temporal/test/histories/record.ts');

function run(...words) {
  const environment = { ...process.env, MOLECULE_RECORD_RELEASE: '1' };
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit', env: environment });
  if (status !== 0) process.exit(status ?? 1);
}
