import type { TaskFilter } from '../../api/queries.js';

/** The filters of the list as they stand in the address. */
export type TaskSearch = TaskFilter;

const NAMES = ['state', 'context', 'owner', 'q', 'since', 'until'] as const;

/** Reads the filters of an address; what is empty or unknown is left out. */
export function readTaskSearch(search: Readonly<Record<string, unknown>>): TaskSearch {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = search[name];
    if ((typeof value === 'string' || typeof value === 'number') && value !== '') found[name] = String(value);
  }
  return found;
}
