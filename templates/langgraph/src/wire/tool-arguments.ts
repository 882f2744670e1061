import { isRecord, tryJson } from './json.js';

/** A tool call's arguments, as they may be handed on. */
export interface CheckedArguments {
  /** A JSON object in any case. */
  readonly json: string;
  /** What to tell the model instead of running the call; absent when the arguments are whole. */
  readonly problem?: string;
}

/**
 * Checks the arguments of a call that has come to its end. A JSON object that was cut is never one, so a whole one is
 * whole; what is not must not be mended and run. `cut`: the token limit ended the answer.
 */
export function checkArguments(raw: string, cut: boolean): CheckedArguments {
  // A tool without parameters is called with nothing by many servers.
  if (raw.trim() === '' && !cut) return { json: '{}' };
  if (isRecord(tryJson(raw))) return { json: raw };
  const problem = cut
    ? 'Not run: the limit of output tokens cut the arguments of this call off. Call it again with less at once, for ' +
      'example in several smaller steps.'
    : 'Not run: the arguments of this call are not a whole JSON object; they were cut off or malformed. Call it again ' +
      'with complete arguments.';
  return { json: '{}', problem };
}
