import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { run } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

test.each([
  ['passes', true, 0, '1 passed, 0 failed'],
  ['fails', false, 1, '0 passed, 1 failed'],
])('a run ends with its line although a program holds the output of a test that %s', async (_, passes, exit, line) => {
  await using directory = await makeOutsideDirectory('leftover');
  const reporter = join(root, 'scripts/closing-line.mjs');
  await writeFile(
    join(directory.path, 'vitest.config.mjs'),
    `export default { test: { globals: true, reporters: ['default', [${JSON.stringify(reporter)}, { patienceMs: 500 }]] } };`,
  );
  await writeFile(
    join(directory.path, 'leaves.test.mjs'),
    `import { spawn } from 'node:child_process';
    test('leaves a program behind', () => {
      const { pid } = spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
      console.log('left behind: ' + pid + '.');
      expect(${passes}).toBe(true);
    });`,
  );
  const vitest = join(root, 'node_modules/.bin/vitest');
  const { code, output } = await run(vitest, ['run', '--root', directory.path], directory.path);
  process.kill(Number(/left behind: (\d+)/.exec(output)?.[1]), 'SIGKILL');
  expect(code, output).toBe(exit);
  expect(output.trimEnd().split('\n').at(-1)).toBe(line);
});
