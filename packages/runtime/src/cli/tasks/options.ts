import type { OptionSpecs, OptionValues } from '../command-line/verb.js';

/** The options of all actions of `molecule tasks`. */
export const OPTIONS = {
  workspace: { value: 'directory', help: 'The workspace (default: the working directory)' },
  state: { value: 'state', help: 'list: only tasks in this state, such as completed' },
  owner: { value: 'owner', help: 'list, delete: only tasks of this owner' },
  context: { value: 'id', help: 'list: only tasks of this conversation; delete: all of them' },
  since: { value: 'age', help: 'list: only tasks that changed within this time, such as 2h or 7d' },
  limit: { value: 'number', help: 'list: at most so many tasks (default: 50)' },
  'older-than': { value: 'age', help: 'delete: ended tasks of at least this age, such as 30d' },
  cancel: { help: 'delete: first cancel tasks that have not ended' },
  yes: { help: 'delete: do not ask' },
  all: { help: 'export: every task' },
  files: { value: 'directory', help: 'export: write files into this directory instead of the lines' },
  to: {
    value: 'store',
    help: 'move: the URL of a database (default: DATABASE_URL), or sqlite: from it into the state directory',
  },
  json: { help: 'list, show: print JSON' },
} as const satisfies OptionSpecs;

/** The options, as typed. */
export type TasksOptions = OptionValues<typeof OPTIONS>;
