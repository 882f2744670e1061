import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The matrix of storage trouble (full disk, lock, directory moved or deleted; direct and durable), each for `seconds`. It is
 * the runtime's own test, which `npm test` runs with a second; it needs the right to mount.
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
