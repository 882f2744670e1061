import type { AdapterContext } from '../../contract/context.js';
import type { EngineErrorCode } from '../../errors/engine-error.js';

/** What an answer must contain: a text, or a match of a pattern. */
export type Expected = string | RegExp;

/**
 * What the contract suite needs to test an adapter. A rule without its fixtures does not run, so give a fixture for each ability of the
 * engine.
 */
export interface ContractFixtures<Config = unknown> {
  /**
   * Returns a context with new directories at each call, as `testContext` does. If it has a `Symbol.asyncDispose`, the suite calls it
   * afterwards.
   */
  context(): AdapterContext<Config> | Promise<AdapterContext<Config>>;
  /** Text of a message that the engine answers. */
  readonly message: string;
  /** What the answer to `message` must contain. Default: anything that is not blank. */
  readonly expect?: Expected;
  /** Returns the text of a message whose answer contains `mark`. Tests that contexts do not mix. */
  marked?(mark: string): string;
  /** A message whose turn runs for 5 seconds or more. */
  readonly slow?: {
    readonly text: string;
    /** Returns one line for each thing that an aborted turn left, such as a child process. */
    leftovers?(): Promise<readonly string[]>;
  };
  /** A message whose turn fails. */
  readonly failing?: { readonly text: string; readonly code: EngineErrorCode };
  /** A message whose turn ends with `input-required`, an answer to it, and what the answer's turn must contain. */
  readonly inputRequired?: { readonly text: string; readonly answer: string; readonly expect: Expected };
  /**
   * A message whose turn ends with an `input-required` that asks for several things, the answers in the order of the requests, and what the
   * answer's turn must contain.
   */
  readonly severalRequests?: { readonly text: string; readonly answers: readonly string[]; readonly expect: Expected };
  /** A message whose turn ends with `reject`, and what its reason must contain. */
  readonly rejected?: { readonly text: string; readonly expect: Expected };
  /** A message whose turn ends with `auth-required`, what a person writes afterwards, and what the answer to that must contain. */
  readonly authRequired?: { readonly text: string; readonly answer: string; readonly expect: Expected };
  /** Two messages. The answer to the second matches `expect` only if the engine remembers the first. */
  readonly remembers?: { readonly first: string; readonly second: string; readonly expect: Expected };
  /** Text of a message for which a tool of the engine creates the file `file` in the turn's working directory. */
  readonly writes?: { readonly text: string; readonly file: string };
  /** Text of a message for which the engine calls a tool. */
  readonly tools?: string;
  /** Text of a message whose answer has structured data: a `data` event. */
  readonly data?: string;
  /** Text of a message whose answer has an artifact of its own: one `artifact` event or more. */
  readonly artifact?: string;
  /** Text of a message during whose turn the engine reports what it does: a `status` event. */
  readonly status?: string;
  /** Text of a message whose `finish` has a `message`, and what the text of that must contain. */
  readonly closing?: { readonly text: string; readonly expect: Expected };
  /** A `runtime_config` that the adapter must refuse. */
  readonly badConfig?: unknown;
  /** Returns one line for each thing that a disposed engine left. */
  leftovers?(): Promise<readonly string[]>;
  /** Timeout of every turn but `slow`, in milliseconds. Default 30000, because a model behind a network can be slow. */
  readonly timeoutMs?: number;
}

export const DEFAULT_TURN_TIMEOUT_MS = 30_000;
