import { execFile } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { begin, connect, getTask, stateOf } from '../../support/a2a-client.js';
import { play, playAdapter } from '../../support/play-adapter.js';
import { recordingLogger } from '../../support/recording-logger.js';
import { startTestRuntime } from '../../support/test-runtime.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);

/** A file system on a loop device that can fail like a broken disk; undefined without the right to mount. */
async function breakingDisk() {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-broken-'));
  const [image, path] = [join(directory, 'image'), join(directory, 'disk')];
  try {
    await writeFile(image, '');
    await truncate(image, 32 * 1024 * 1024);
    await run('mkfs.ext4', ['-q', image]);
    await run('mkdir', [path]);
    await run('mount', ['-o', 'loop', image, path]);
  } catch {
    await rm(directory, { recursive: true });
    return undefined;
  }
  return {
    path,
    /** Makes the file system read-only, as the kernel does after an error of the device. */
    async fail() {
      await run('mount', ['-o', 'remount,abort', path]);
    },
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path]);
      await rm(directory, { recursive: true });
    },
  };
}

const disk = await breakingDisk();
await disk?.[Symbol.asyncDispose]();

it.skipIf(!disk)(
  'a failing file system is reported with its cause, and does not prevent the server from stopping',
  async () => {
    await using broken = await breakingDisk();
    if (!broken) throw new Error('There is no disk.');
    const { adapter, gates } = playAdapter();
    const { logger, lines } = recordingLogger();
    const runtime = await startTestRuntime({
      adapter,
      logger,
      environment: { MOLECULE_STATE_DIR: join(broken.path, 'state') },
    });
    const client = await connect(runtime.url);
    const task = await begin(client, play({ say: 'one' }, { gate: 'go' }, { stream: 10, everyMs: 1 }));
    await until('it runs', async () => stateOf(await getTask(client, task.id)) === 'working');
    await broken.fail();
    gates.open('go');
    await expect(begin(client, 'x'.repeat(10_000))).rejects.toThrow(
      'can store nothing now: its storage cannot be used',
    );
    const response = await fetch(`${runtime.url}/readyz`);
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('STORAGE_UNAVAILABLE')]);
    expect(stateOf(await getTask(client, task.id))).toBe('working');
    expect(lines.find(({ message }) => message.includes('storage trouble'))?.fields).toMatchObject({
      cause: expect.stringMatching(/SQLITE_(IOERR|READONLY|CANTOPEN)|EROFS/),
    });
    await runtime.shutdown(0);
  },
);
