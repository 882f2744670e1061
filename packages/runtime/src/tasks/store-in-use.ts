import { TaskStoreError } from './task-store-error.js';

/** @returns the error of a command that needs a store for itself, while agents use it */
export function agentsRun(place: string, agents: number): TaskStoreError {
  const who = agents === 1 ? 'An agent runs' : `${agents} agents run`;
  return inUse(`${who} on ${place}. Stop all processes of the workspace first.`);
}

/** @returns the error of a command that needs a store for itself, while another one has it */
export function otherCommandRuns(place: string): TaskStoreError {
  return inUse(`Another command is moving or renaming the store in ${place}. Wait until it has ended.`);
}

export function inUse(reason: string): TaskStoreError {
  return new TaskStoreError('STORE_IN_USE', `${reason} Nothing was changed.`);
}
