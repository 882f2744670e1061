import { type FinishReason, wellFormedDeep } from '@molecule/adapters';
import { isRecord, tryJson } from './json.js';

/** A tool call's arguments, as they may be handed on. */
export interface CheckedArguments {
  /** A JSON object in any case, with whole characters. */
  readonly json: string;
  /** The text for the model in place of a result; absent if the arguments are complete. */
  readonly problem?: string;
}

/**
 * Checks the arguments of a call that has ended. Anything but a complete JSON object must not be repaired and run. Servers repair as
 * well, so a call in which `cut` stopped does not run even if it looks complete. `cut`: the token limit ended the answer, and this call
 * is its last part.
 */
export function checkArguments(raw: string, cut: boolean): CheckedArguments {
  const value = tryJson(raw);
  if (cut) {
    const problem =
      'Not run: the limit of output tokens cut the arguments of this call off. Call it again with less at once, for ' +
      'example in several smaller steps.';
    return { json: '{}', problem };
  }
  if (isRecord(value)) return { json: isWhole(raw) ? raw : JSON.stringify(wellFormedDeep(value)) };
  // A tool without parameters is called with nothing by many servers.
  if (raw.trim() === '') return { json: '{}' };
  const problem =
    'Not run: the arguments of this call are not a whole JSON object; they were cut off or malformed. Call it again ' +
    'with complete arguments.';
  return { json: '{}', problem };
}

/** Half a character may stand in JSON as such, or escaped. */
function isWhole(json: string): boolean {
  return json.isWellFormed() && !/\\u[dD][89a-fA-F]/.test(json);
}

/** An answer that was refused or withheld is not acted on: what came of it is void. */
export function runsCalls(reason: FinishReason): boolean {
  return reason !== 'refusal' && reason !== 'content-filter';
}
