import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { run } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

it('npm start reports in one line what a machine lacks, before any download', async () => {
  await using home = await makeOutsideDirectory('bare');
  // Neither python nor npx: a download would fail with another message.
  const environment = { PATH: home.path, HOME: home.path };
  const script = join(root, 'scripts/run.mjs');
  const { code, stdout, output } = await run(process.execPath, [script, 'start', 'hermes'], home.path, environment);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(output).toMatch(/^HERMES_NEEDS_PYTHON: [^\n]+\n$/);
  // The advised command works from this directory.
  const [, setup = ''] = /node '([^']+)' --python/.exec(output) ?? [];
  expect(existsSync(setup), output).toBe(true);
});

it('npm start says so if a signal that it did not pass on ends the server', async () => {
  const module = pathToFileURL(join(root, 'scripts/run/child.mjs')).href;
  const killed = "process.kill(process.pid, 'SIGKILL')";
  const program = `const { runServer } = await import(${JSON.stringify(module)});
    process.exitCode = await runServer(process.execPath, ['-e', ${JSON.stringify(killed)}], {});`;
  const { code, output } = await run(process.execPath, ['--input-type=module', '--eval', program], root, process.env);
  expect(code).toBe(137);
  expect(output).toBe(
    'The server was ended by SIGKILL. Start it again: it resumes the tasks that it had not finished.\n',
  );
});
