import type { OptionSpecs, OptionValues } from '../command-line/verb.js';

/** The options of `molecule keys`. */
export const KEYS_OPTIONS = {
  workspace: { value: 'directory', help: 'The workspace (default: the working directory)' },
  json: { help: 'list: print JSON' },
} as const satisfies OptionSpecs;

/** The options, as typed. */
export type KeysOptions = OptionValues<typeof KEYS_OPTIONS>;
