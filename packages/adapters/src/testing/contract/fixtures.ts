import type { AdapterContext } from '../../contract/context.js';
import type { EngineErrorCode } from '../../errors/engine-error.js';

/** What an answer must look like: a text that it holds, or a pattern that it matches. */
export type Expected = string | RegExp;

/**
 * What the contract suite needs to know of an adapter. Rules whose fixture is left out are not run, so give as many as
 * the engine has abilities.
 */
export interface ContractFixtures<Config = unknown> {
  /**
   * Makes a context with directories of its own, anew for each call; `testContext` does. When it has a
   * `Symbol.asyncDispose`, the suite calls it afterwards.
   */
  context(): AdapterContext<Config> | Promise<AdapterContext<Config>>;
  /** Text of a message that the engine answers. */
  readonly message: string;
  /** What the answer to `message` must look like. Default: not empty. */
  readonly expect?: Expected;
  /** Makes the text of a message whose answer holds this mark; shows whether conversations mix. */
  marked?(mark: string): string;
  /** A message whose turn runs for 5 seconds or more. */
  readonly slow?: {
    readonly text: string;
    /** What a stopped turn has left behind, such as child processes; one line each, empty when all is gone. */
    leftovers?(): Promise<readonly string[]>;
  };
  /** A message whose turn fails. */
  readonly failing?: { readonly text: string; readonly code: EngineErrorCode };
  /** A message that ends in `input-required`, an answer to it, and what the turn after the answer must say. */
  readonly inputRequired?: { readonly text: string; readonly answer: string; readonly expect: Expected };
  /** Two messages; the answer to the second shows that the first is remembered, and never looks so without it. */
  readonly remembers?: { readonly first: string; readonly second: string; readonly expect: Expected };
  /** Text of a message that makes the engine call a tool. */
  readonly tools?: string;
  /** A `runtime_config` that the adapter must refuse. */
  readonly badConfig?: unknown;
  /** What a disposed engine has left behind; one line each, empty when all is gone. */
  leftovers?(): Promise<readonly string[]>;
  /** Milliseconds that any turn but `slow` may take. Default 30000: a model behind a network is slow at times. */
  readonly timeoutMs?: number;
}

export const DEFAULT_TURN_TIMEOUT_MS = 30_000;
