import { MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';

export type EngineStartErrorCode = 'ENGINE_START_FAILED' | 'ENGINE_START_TIMEOUT' | 'ENGINE_INVALID';

/** An adapter did not create an engine. The message has several lines and is written for the operator. */
export class EngineStartError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.EngineStartError';
  readonly code: EngineStartErrorCode;

  constructor(
    code: EngineStartErrorCode,
    problem: {
      /** One sentence: what was wanted and what happened. */
      readonly summary: string;
      /** The adapter's name. */
      readonly adapter: string;
      /** The adapter's module and the setting that names it; absent if the adapter was passed to `startRuntime`. */
      readonly module?: string | undefined;
      /** The place in the adapter's own code. */
      readonly place?: string | undefined;
      readonly remedy: string;
    },
    options?: ErrorOptions,
  ) {
    const { summary, adapter, module, place, remedy } = problem;
    const lines = [
      summary,
      `  adapter:    ${adapter}`,
      ...(module === undefined ? [] : [`  module:     ${module}`]),
      ...(place === undefined ? [] : [`  thrown:     ${place}`]),
      `  what to do: ${remedy}`,
    ];
    super(lines.join('\n'), options);
    this.code = code satisfies ErrorCode;
  }
}
