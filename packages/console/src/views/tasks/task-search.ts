import type { TaskState } from '../../api/a2a.js';
import type { TaskFilter } from '../../api/queries.js';

/** The filters of the list as they stand in the address. */
export interface TaskSearch {
  /** Names of states without `TASK_STATE_`, in lower case, with commas: `working,failed`. */
  readonly state?: string;
  readonly context?: string;
  /** `*` for the tasks of all owners. */
  readonly owner?: string;
  readonly q?: string;
  /** A span like `1h`, `24h`, `7d`, or a time of ISO 8601. */
  readonly since?: string;
  readonly until?: string;
}

const NAMES = ['state', 'context', 'owner', 'q', 'since', 'until'] as const;
const PREFIX = 'TASK_STATE_';
const SPAN_UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** Reads the filters of an address; what is empty or unknown is left out. */
export function readTaskSearch(search: Readonly<Record<string, unknown>>): TaskSearch {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = search[name];
    if ((typeof value === 'string' || typeof value === 'number') && value !== '') found[name] = String(value);
  }
  return found;
}

export function statesOf({ state = '' }: TaskSearch): readonly TaskState[] {
  const names = state.split(',').filter((name) => name !== '');
  return names.map((name) => `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}` as TaskState);
}

/** The address's form of states; `undefined` for none, so that the parameter goes away. */
export function stateParameter(states: readonly TaskState[]): string | undefined {
  const names = states.map((state) => state.slice(PREFIX.length).toLowerCase().replaceAll('_', '-'));
  return names.length === 0 ? undefined : names.join(',');
}

/** The parameters of the read API. A span counts back from `now`. */
export function filterOf(search: TaskSearch, now: number): TaskFilter {
  const { state: _state, since, ...rest } = search;
  const states = statesOf(search).join(',');
  return { ...rest, ...(states !== '' && { state: states }), ...(since && { since: sinceTime(since, now) }) };
}

function sinceTime(since: string, now: number): string {
  const [, count, unit = ''] = /^(\d{1,4})([hd])$/.exec(since) ?? [];
  const length = SPAN_UNITS[unit];
  return count === undefined || length === undefined ? since : new Date(now - Number(count) * length).toISOString();
}
