import { runTool } from './child.mjs';
import { install, pnpmCommand, toolEnvironment } from './pnpm.mjs';

/** Installs everything, then runs every check, and every test that is not long. Resolves with the exit code. */
export function test(options) {
  return check('check', options);
}

/** Installs everything, then runs the tests of the files `*.long.test.ts`, or of those that are named. Resolves with the exit code. */
export function testLong(options) {
  const namesFile = options.some((option) => !option.startsWith('-'));
  return check('check:long', namesFile ? options : ['.long.test.ts', ...options]);
}

async function check(script, options) {
  return (
    (await install('everything', [])) ||
    (await runTool(pnpmCommand(['run', script, ...options]), { env: toolEnvironment() }))
  );
}
