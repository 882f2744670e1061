import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the matrix of storage trouble (full disk, lock, directory moved or deleted; direct and durable), each for `seconds`.
 * The matrix is a test of the runtime, which `npm test` runs with one second. It needs permission to mount.
 *
 * @returns the exit code
 */
export async function runStorage(seconds: number): Promise<number> {
  const tests = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', '@molecule/runtime', 'test/storage/matrix'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, STORAGE_TROUBLE_MS: String(seconds * 1_000) } },
  );
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}
