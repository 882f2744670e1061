import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runTool } from './child.mjs';

// A template whose engine is no npm package, or needs something of the machine, has `scripts/setup.mjs`. It runs on the
// Node of the machine, before anything is installed, and so has no dependencies. Its options:
//
//   --when-needed   does nothing when the engine that is wanted is there, or is another one
//   --check         downloads nothing; when something is missing that cannot be installed, fails with one line on
//                   standard error: a code, and what to do

/** Whether the machine has what a template's engine needs, before anything is downloaded. Resolves to the exit code. */
export function checkNeeds(directory) {
  return runSetup(directory, ['--check', '--when-needed']);
}

/** Installs what the template's engine needs besides npm packages. Resolves to the exit code. */
export function setUp(directory) {
  return runSetup(directory, ['--when-needed']);
}

async function runSetup(directory, options) {
  const script = join(directory, 'scripts', 'setup.mjs');
  if (!existsSync(script)) return 0;
  return runTool([process.execPath, script, ...options], { cwd: directory });
}
