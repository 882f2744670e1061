import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultWorkDir } from '../../../src/settings/environment/default-work-dir.js';
import { writeDirectory } from '../config/write-config.js';

test('the directory that a platform mounts is the working directory of its agents, if it is one', async () => {
  await using directory = await writeDirectory({});
  const mounted = join(directory.path, 'workspace');
  const own = join('state', 'work');
  const platform = 'http://platform';
  expect(defaultWorkDir('state', platform, mounted)).toBe(own);
  await writeFile(mounted, 'a file');
  expect(defaultWorkDir('state', platform, mounted)).toBe(own);
  await rm(mounted);
  await mkdir(mounted);
  expect(defaultWorkDir('state', platform, mounted)).toBe(mounted);
  // Without a platform it is a directory like any other.
  expect(defaultWorkDir('state', undefined, mounted)).toBe(own);
});
