import { join } from 'node:path';
import { runTool } from './child.mjs';
import { root, workspaceNode } from './paths.mjs';
import { install, pnpm, toolEnvironment } from './pnpm.mjs';

/** Installs and builds everything, then runs a program of this repository. Resolves with the exit code. */
export async function runProgram(file, programArguments) {
  return (
    (await install('everything', [])) ||
    (await pnpm('Building everything', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) ||
    (await runTool([workspaceNode(), join(root, file), ...programArguments], { env: toolEnvironment() }))
  );
}
