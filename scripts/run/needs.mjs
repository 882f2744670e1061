import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runTool } from './child.mjs';

// A template whose engine is not an npm package, or needs programs of the machine, has `scripts/setup.mjs`. It runs on the
// machine's own Node before anything is installed, so it has no dependencies. Its options:
//
//   --when-needed   does nothing if the engine is already installed, or another engine is configured
//   --check         downloads nothing; if something is missing that cannot be installed, fails with one line on standard
//                   error: a code and a remedy

/** Checks the requirements of a template's engine before any download. Resolves with the exit code. */
export function checkNeeds(directory) {
  return runSetup(directory, ['--check', '--when-needed']);
}

/** Installs the requirements of the template's engine other than npm packages. Resolves with the exit code. */
export function setUp(directory) {
  return runSetup(directory, ['--when-needed']);
}

async function runSetup(directory, options) {
  const script = join(directory, 'scripts', 'setup.mjs');
  if (!existsSync(script)) return 0;
  return runTool([process.execPath, script, ...options], { cwd: directory });
}
