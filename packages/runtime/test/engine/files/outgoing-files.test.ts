import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@a2a-js/sdk';
import { type AgentControls, defineAgent, EngineError } from '@molecule/adapters';
import { expect, test } from 'vitest';
import { answerOf, connect, send, textOf } from '../../support/a2a-client.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { calling, toolAdapter } from '../../team/delegation/tool-adapter.js';

const CONFIG = 'name: Test\nruntime: play\ntools: [send_file]\n';

function filesOf(task: Task) {
  return task.artifacts
    .flatMap(({ parts }) => parts)
    .flatMap(({ content, filename, mediaType }) =>
      content?.$case === 'raw' ? [{ filename, mediaType, text: Buffer.from(content.value).toString() }] : [],
    );
}

test('a file that the agent created is sent with its answer', async () => {
  await using runtime = await startTestRuntime({ adapter: toolAdapter().adapter, config: CONFIG });
  const workDir = join(runtime.directory, '.molecule', 'work');
  await mkdir(join(workDir, 'out'));
  await writeFile(join(workDir, 'out', 'report.md'), '# Done');
  const task = await send(await connect(runtime.url), calling('send_file', { path: 'out/report.md' }));
  expect(filesOf(task)).toEqual([{ filename: 'report.md', mediaType: 'text/markdown', text: '# Done' }]);
  expect(JSON.parse(answerOf(task))).toEqual({ sent: true, name: 'report.md', bytes: 6 });
});

test('files outside the working directory and huge files are not sent', async () => {
  await using runtime = await startTestRuntime({ adapter: toolAdapter().adapter, config: CONFIG });
  const workDir = join(runtime.directory, '.molecule', 'work');
  await symlink(join(runtime.directory, 'config.yaml'), join(workDir, 'innocent.txt'));
  await writeFile(join(workDir, 'huge'), '');
  await truncate(join(workDir, 'huge'), 6 * 1024 * 1024);
  // Opening a pipe would wait for a writer.
  execFileSync('mkfifo', [join(workDir, 'pipe')]);
  await mkdir(join(workDir, '..data'));
  await writeFile(join(workDir, '..data', 'fine.txt'), 'fine');
  const client = await connect(runtime.url);
  const sent = async (path: string) => {
    const task = await send(client, calling('send_file', { path }));
    return { answer: answerOf(task), files: filesOf(task).length };
  };
  for (const path of ['../../config.yaml', join(runtime.directory, 'config.yaml'), 'innocent.txt', '.']) {
    expect(await sent(path)).toEqual({ answer: expect.stringMatching(/outside the working directory/), files: 0 });
  }
  expect(await sent('gone.txt')).toMatchObject({ answer: expect.stringMatching(/no file gone\.txt/), files: 0 });
  expect(await sent('pipe')).toMatchObject({ answer: expect.stringMatching(/pipe is not a regular file/), files: 0 });
  expect(await sent('huge')).toMatchObject({ answer: expect.stringMatching(/may have 5242880/), files: 0 });
  expect(await sent('..data/fine.txt')).toMatchObject({ files: 1 });
});

/** A runtime with an agent of one function that sends `made.txt`. */
function serveSender(run: (sendFile: () => Promise<unknown>, controls: AgentControls) => Promise<string>) {
  const adapter = defineAgent({
    name: 'play',
    async run({ workDir }, controls) {
      await writeFile(join(workDir, 'made.txt'), 'made');
      const tool = controls.tools.find(({ name }) => name === 'send_file');
      return run(async () => tool?.execute({ path: 'made.txt' }), controls);
    },
  });
  return startTestRuntime({ adapter, config: CONFIG, environment: { MOLECULE_RETRY_INITIAL: '1ms' } });
}

const MADE = { filename: 'made.txt', mediaType: 'text/plain', text: 'made' };

test('a file that a step has sent comes once, also if a question follows or the turn is tried again', async () => {
  let attempts = 0;
  await using runtime = await serveSender(async (sendFile, { ask }) => {
    await sendFile();
    attempts++;
    if (attempts === 1) throw new EngineError('engine-died', 'The engine has died.');
    const { text } = await ask({ prompt: 'Is it right?' });
    return text;
  });
  const client = await connect(runtime.url);
  const asked = await send(client, 'hi');
  expect(textOf(asked.status?.message?.parts ?? [])).toBe('Is it right?');
  const done = await send(client, 'Yes', { taskId: asked.id });
  expect(answerOf(done)).toBe('Yes');
  expect(filesOf(done)).toEqual([MADE]);
});

test('a file belongs to the step that has sent it, and not to one that runs beside it', async () => {
  let attempts = 0;
  await using runtime = await serveSender(async (sendFile, { step }) => {
    const beside = Promise.withResolvers<void>();
    const first = ++attempts === 1;
    await Promise.allSettled([
      step('sends', async () => {
        await sendFile();
        beside.resolve();
        if (first) throw new EngineError('engine-died', 'The engine has died.');
      }).catch(() => {}),
      step('beside', () => beside.promise),
    ]);
    if (first) throw new EngineError('engine-died', 'The engine has died.');
    return 'done';
  });
  const done = await send(await connect(runtime.url), 'hi');
  expect(answerOf(done)).toBe('done');
  expect(filesOf(done)).toEqual([MADE]);
});
