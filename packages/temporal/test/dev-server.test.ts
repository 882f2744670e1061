import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cachedCliPath } from '../src/dev-server/download-temporal-cli.js';
import { findTemporalCli, startTemporalDevServer } from '../src/testing/index.js';
import { waitUntil } from './support/wait-until.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-dev-server-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** A program that answers `--version`, and otherwise fails with the reason on stderr. */
async function fakeCli(path: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "disk is full" >&2\nexit 3\n');
  await chmod(path, 0o755);
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function failWhenEnded(owner: ChildProcess): Promise<never> {
  await once(owner, 'exit');
  throw new Error('The owner has ended before its server was up.');
}

describe('the Temporal CLI', () => {
  test('is the configured one, else the one on PATH, else the downloaded one', async () => {
    const cacheDir = join(directory, 'cache');
    const set = await fakeCli(join(directory, 'set', 'temporal'));
    const onPath = await fakeCli(join(directory, 'bin', 'temporal'));
    const cached = await fakeCli(cachedCliPath(cacheDir));
    const path = `/nowhere:${join(directory, 'bin')}`;
    expect(await findTemporalCli({ cliPath: set, path, cacheDir })).toEqual({ path: set, source: 'setting' });
    expect(await findTemporalCli({ path, cacheDir })).toEqual({ path: onPath, source: 'path' });
    expect(await findTemporalCli({ path: '', cacheDir })).toEqual({ path: cached, source: 'cache' });
  });

  test('that is configured and does not run is an error that names it, and no other one is used', async () => {
    await expect(
      findTemporalCli({ cliPath: '/no/such/temporal', path: '', cacheDir: directory }),
    ).rejects.toMatchObject({
      code: 'TEMPORAL_CLI_UNUSABLE',
      message: expect.stringContaining('/no/such/temporal'),
    });
  });

  test('that is not found is an error that names every place that was tried', async () => {
    const options = { path: '', cacheDir: join(directory, 'empty'), download: false };
    await expect(findTemporalCli(options)).rejects.toMatchObject({
      code: 'TEMPORAL_CLI_NOT_FOUND',
      message: expect.stringContaining('downloading is switched off'),
    });
  });
});

describe('the development server', () => {
  test('that ends while it starts is an error with its last output', async () => {
    const cliPath = await fakeCli(join(directory, 'broken', 'temporal'));
    await expect(startTemporalDevServer({ cliPath, path: '', cacheDir: directory })).rejects.toMatchObject({
      code: 'TEMPORAL_SERVER_EXITED',
      message: expect.stringContaining('disk is full'),
    });
  });

  test('serves its web interface and has its namespace if they are requested, and has ended after stop', async () => {
    const server = await startTemporalDevServer({
      cliPath: inject('cliPath'),
      path: '',
      cacheDir: directory,
      ui: true,
      namespace: 'a-namespace',
    });
    expect(server.uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(server.uiUrl ?? '')).ok).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(isAlive(server.pid)).toBe(false);
  });

  test('keeps its histories in the given file, also in a path with special characters', async () => {
    const parent = await mkdtemp(join(directory, 'parent-'));
    const name = "a #1 ?x=y %41 & 'ünïcödé' 漢字 $HOME";
    await mkdir(join(parent, name));
    const dataFile = join(parent, name, 'temporal.db');
    await using _server = await startTemporalDevServer({
      cliPath: inject('cliPath'),
      path: '',
      cacheDir: directory,
      dataFile,
    });
    expect(await readdir(parent)).toEqual([name]);
    expect(await readdir(join(parent, name))).toContain('temporal.db');
  });

  test('receives no secret of the program that started it', async () => {
    const environment = { HOME: directory, MODEL_API_KEY: 'a-secret' };
    const options = { cliPath: inject('cliPath'), path: '/usr/bin:/bin', cacheDir: directory, environment };
    await using server = await startTemporalDevServer(options);
    const known = await readFile(`/proc/${server.pid}/environ`, 'utf8');
    expect(known).toContain(`HOME=${directory}`);
    expect(known).not.toContain('a-secret');
  });

  test.each([
    ['ends with the process that started it, even when that is killed', false],
    ['outlives the process that started it when it is detached', true],
  ])('%s', async (_, detached) => {
    const options = JSON.stringify({ cliPath: inject('cliPath'), cacheDir: directory, detached });
    const owner = fork(fileURLToPath(new URL('./fixtures/server-owner.ts', import.meta.url)), [options], {
      execArgv: [],
    });
    const [pid] = (await Promise.race([once(owner, 'message'), failWhenEnded(owner)])) as [number];
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    try {
      if (detached) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(isAlive(pid)).toBe(true);
      } else {
        await waitUntil('the server is gone', () => !isAlive(pid));
      }
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
