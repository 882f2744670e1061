import { runTool } from './child.mjs';
import { install, pnpmCommand, toolEnvironment } from './pnpm.mjs';

/** Installs everything, then runs every check and test. Resolves with the exit code. */
export async function test(options) {
  return (
    (await install('everything', [])) ||
    (await runTool(pnpmCommand(['run', 'check', ...options]), { env: toolEnvironment() }))
  );
}
