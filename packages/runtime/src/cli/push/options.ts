import type { OptionSpecs, OptionValues } from '../command-line/verb.js';

/** The options of `molecule push`. */
export const PUSH_OPTIONS = {
  workspace: { value: 'directory', help: 'The workspace (default: the working directory)' },
  owner: { value: 'owner', help: 'Only those of tasks of this owner' },
  task: { value: 'id', help: 'Only those of this task' },
  failing: { help: 'Only those with deliveries that fail, or were given up' },
  limit: { value: 'number', help: 'At most so many (default: 50)' },
  json: { help: 'Print JSON' },
} as const satisfies OptionSpecs;

/** The options, as typed. */
export type PushOptions = OptionValues<typeof PUSH_OPTIONS>;
