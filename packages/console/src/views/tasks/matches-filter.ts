import type { TaskFilter } from '../../api/queries.js';
import type { TaskRow } from '../../api/types.js';

/** Whether a row that the live stream brought belongs to the list, by the rules of `GET tasks`. */
export function matchesFilter(row: TaskRow, filter: TaskFilter, ownOwner: string): boolean {
  const { state, context, owner = ownOwner, q, since, until } = filter;
  if (state !== undefined && !state.split(',').includes(row.state)) return false;
  if (context !== undefined && row.contextId !== context) return false;
  if (owner !== '*' && row.owner !== owner) return false;
  const time = Date.parse(row.statusAt);
  if (since !== undefined && time < Date.parse(since)) return false;
  if (until !== undefined && time > Date.parse(until)) return false;
  return q === undefined || matchesText(row, q.toLowerCase());
}

function matchesText({ id, contextId, title }: TaskRow, wanted: string): boolean {
  return (
    id.toLowerCase().startsWith(wanted) ||
    contextId.toLowerCase().startsWith(wanted) ||
    title.toLowerCase().includes(wanted)
  );
}
