import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from './error-codes.js';

export type DemoModelErrorCode =
  | 'DEMO_MODEL_NOT_FOUND'
  | 'DEMO_MODEL_CORRUPT'
  | 'DEMO_MODEL_UNAVAILABLE'
  | 'DEMO_MODEL_FAILED';

/** The demo model is unavailable. The message gives the alternatives. */
export class DemoModelError extends MoleculeError {
  static override readonly brand: string = '@molecule/demo-model.DemoModelError';
  readonly code: DemoModelErrorCode;

  constructor(code: DemoModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code satisfies ErrorCode;
  }
}

/** The end of a message: the two alternatives to the download. */
export const WAYS_OUT =
  "Set the key of a real model's provider, as the engine's documentation names it, " +
  'or MOLECULE_DEMO_MODEL=<file.gguf> to use a model that you have.';
