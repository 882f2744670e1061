import { nearestName } from '@molecule/adapters';
import type { CliHost } from '../host/cli-host.js';
import { UsageError } from '../host/usage-error.js';
import type { TasksOptions } from './options.js';

export interface TasksCall {
  readonly action: string;
  readonly ids: readonly string[];
  readonly options: TasksOptions;
}

type Action = (ids: readonly string[], options: TasksOptions, host: CliHost) => Promise<number>;

/** Each action, loaded when it is called, with the options that it takes. */
const ACTIONS: Readonly<Record<string, { readonly takes: readonly string[]; readonly load: () => Promise<Action> }>> = {
  list: {
    takes: ['state', 'owner', 'context', 'since', 'limit', 'json'],
    load: async () => (await import('./list-tasks.js')).listTasks,
  },
  show: { takes: ['json'], load: async () => (await import('./show-task.js')).showTask },
  cancel: { takes: [], load: async () => (await import('./cancel-tasks.js')).cancelTasks },
  delete: {
    takes: ['owner', 'context', 'older-than', 'cancel', 'yes'],
    load: async () => (await import('./delete-tasks.js')).deleteTasks,
  },
  export: { takes: ['all', 'files'], load: async () => (await import('./export-tasks.js')).exportTasks },
  move: { takes: ['to'], load: async () => (await import('./move-tasks.js')).moveTasks },
  rename: { takes: [], load: async () => (await import('./rename-store.js')).renameWorkspace },
};

/**
 * Runs one action on the stored tasks. Returns the exit code.
 *
 * @throws {UsageError} for an unknown action, and for an option that the action does not take
 */
export async function runAction({ action, ids, options }: TasksCall, host: CliHost): Promise<number> {
  const found = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (found === undefined) {
    const names = Object.keys(ACTIONS);
    const nearest = nearestName(action, names);
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new UsageError(`Unknown action "${action}".${hint} The actions are ${names.join(', ')}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const isGiven = value !== undefined && value !== false;
    if (isGiven && name !== 'workspace' && !found.takes.includes(name)) {
      throw new UsageError(`molecule tasks ${action} takes no option --${name}. See: molecule tasks --help`);
    }
  }
  return (await found.load())(ids, options, host);
}
