import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Logger, silentLogger } from '@molecule/adapters';
import { startDemoModel } from '@molecule/demo-model';
import { afterEach, expect, it } from 'vitest';
import { cacheDir, isListening, until } from './support.js';

const PARENT = `
  import { startDemoModel } from ${JSON.stringify(import.meta.resolve('@molecule/demo-model'))};
  const logger = { debug: (_message, fields) => console.log(JSON.stringify(fields)), error: console.error };
  await startDemoModel({ cacheDir: ${JSON.stringify(cacheDir)}, logger });
  setInterval(() => {}, 60_000);
`;

let parent: ChildProcess | undefined;
afterEach(() => parent?.kill('SIGKILL'));

async function startInParent(): Promise<{ readonly url: string; readonly pid: number }> {
  parent = spawn(process.execPath, ['--input-type=module', '--eval', PARENT], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as { url: string; pid: number };
}

it('ends with its parent process, even if that is killed', async () => {
  const { url } = await startInParent();
  expect(await isListening(url)).toBe(true);
  parent?.kill('SIGKILL');
  await until('the server is gone', async () => !(await isListening(url)));
});

it('keeps running when Ctrl-C or SIGTERM reaches the whole group, because the agent may still be finishing', async () => {
  const { url, pid } = await startInParent();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
  expect(await isListening(url)).toBe(true);
  expect(await isListening(url)).toBe(true);
});

it('logs an unexpected exit of the process', async () => {
  const errors: string[] = [];
  let pid = 0;
  const logger: Logger = {
    ...silentLogger,
    debug: (_message, fields) => {
      pid = Number(fields?.['pid']);
    },
    error: (message) => errors.push(message),
  };
  await using demo = await startDemoModel({ cacheDir, logger });
  process.kill(pid, 'SIGKILL');
  await until('the error is logged', async () => errors.length > 0);
  expect(errors).toEqual(['the demo model exited unexpectedly']);
  expect(await isListening(demo.url)).toBe(false);
});

it('refuses a file that only begins like a model', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-demo-model-'));
  try {
    const modelPath = join(directory, 'broken.gguf');
    await writeFile(modelPath, `GGUF${'x'.repeat(10_000)}`);
    await expect(startDemoModel({ modelPath, cacheDir, logger: silentLogger })).rejects.toMatchObject({
      code: 'DEMO_MODEL_FAILED',
      message: expect.stringMatching(/did not start: .+MOLECULE_DEMO_MODEL/s),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('can be aborted while it loads', async () => {
  const starting = startDemoModel({ cacheDir, logger: silentLogger, signal: AbortSignal.timeout(150) });
  await expect(starting).rejects.toMatchObject({ name: 'TimeoutError' });
});
