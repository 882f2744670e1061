import { MoleculeError } from '@molecule/adapters';

export type EngineStartErrorCode = 'ENGINE_START_FAILED' | 'ENGINE_START_TIMEOUT' | 'ENGINE_INVALID';

/** An adapter did not give an engine. The message has several lines and is meant for the operator, as it is. */
export class EngineStartError extends MoleculeError {
  override readonly name = 'EngineStartError';
  readonly code: EngineStartErrorCode;

  constructor(
    code: EngineStartErrorCode,
    problem: {
      /** One sentence: what was wanted and what happened. */
      readonly summary: string;
      /** The adapter's name. */
      readonly adapter: string;
      /** The setting that named the module, and the module; absent when the host handed the adapter in. */
      readonly module?: string | undefined;
      /** Where in the adapter's own code. */
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
    this.code = code;
  }
}
