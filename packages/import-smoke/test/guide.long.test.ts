import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { makeOutsideDirectory } from '../src/outside-directory.ts';
import { mustRun, outsideEnvironment } from '../src/run-program.ts';
import { root } from '../src/workspace.ts';

// The adapter guide's steps from an empty directory to a verified agent, command by command and file by file.

const MOST_COMMANDS = 6;

test('the guide leads from `npm init -y` to a verified agent with only the steps that it shows', async () => {
  const guide = await readFile(join(root, 'docs/adapter-guide.md'), 'utf8');
  const section = guide.slice(guide.indexOf('## From nothing to an agent'), guide.indexOf('## A turn'));
  const commands = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line !== ''),
  );
  const files = [...section.matchAll(/^`([\w.]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)];
  expect(commands.length).toBeLessThanOrEqual(MOST_COMMANDS);
  expect(files.map(([, name]) => name)).toEqual(['config.yaml', 'agent.js']);

  await using desk = await makeOutsideDirectory('guide');
  const npmrc = join(desk.path, 'npmrc');
  // The registry of the packages in this test; authors install them from npm.
  await writeFile(npmrc, `@molecule:registry=${inject('registry')}\n`);
  const environment = outsideEnvironment({ NPM_CONFIG_USERCONFIG: npmrc });
  const project = join(desk.path, 'my-agent');
  const isServing = (command: string) => command.startsWith('npx molecule');
  for (const [index, command] of commands.filter((one) => !isServing(one)).entries()) {
    await mustRun('sh', ['-c', command], index === 0 ? desk.path : project, environment);
  }
  for (const [, name = '', text = ''] of files) await writeFile(join(project, name), text);

  const [start = '', verify = ''] = commands.filter(isServing);
  const answer = await answerOf(start, project, { ...environment, PORT: '0' });
  expect(answer).toContain('You said: Hello!');
  const verified = await mustRun(
    'sh',
    // The blank template's own test runs the contract suite.
    ['-c', `${verify} --skip contract --registry ${inject('registry')}`],
    project,
    environment,
  );
  expect(verified.output).toContain('my-agent 1.0.0 is verified');
});

/** Runs the command until it serves, then runs its printed `send` command from another directory. Returns the answer. */
async function answerOf(command: string, directory: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const server = spawn('sh', ['-c', command], {
    cwd: directory,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(server, 'close');
  try {
    const line = await new Promise<string>((resolve, reject) => {
      const read = (data: Buffer) => {
        output += data.toString();
        const [, found] = /^ +(\S.* send http\S+ 'Hello!')$/m.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      };
      server.stdout.on('data', read);
      server.stderr.on('data', read);
      ended.then(() => reject(new Error(`${command} ended:\n${output}`)), reject);
    });
    return (await mustRun('sh', ['-c', line], tmpdir(), environment)).output;
  } finally {
    process.kill(-(server.pid ?? 0), 'SIGTERM');
    await ended;
  }
}
