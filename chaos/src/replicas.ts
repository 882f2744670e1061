import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The tests of two replicas. `npm test` plays one moment of them. */
const TESTS = 'packages/runtime/test/execution/replicas';

/** Plays every moment with every blow. Returns the exit code. */
export async function runReplicas(): Promise<number> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', TESTS, '--retry=0'], {
    cwd: ROOT,
    env: { ...process.env, MOLECULE_REPLICA_MATRIX: 'whole' },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
