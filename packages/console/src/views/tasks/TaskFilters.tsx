import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { RefObject } from 'react';
import type { TaskState } from '../../api/a2a.js';
import { countsQuery } from '../../api/queries.js';
import { Button } from '../../base/Button.js';
import { Icon } from '../../base/Icon.js';
import { text } from '../../text/text.js';
import { OwnerFilter } from './OwnerFilter.js';
import { SearchField } from './SearchField.js';
import { StateFilter } from './StateFilter.js';
import { stateParameter, statesOf, type TaskSearch } from './task-search.js';

const SPANS = ['1h', '24h', '7d', '30d'] as const;

export interface TaskFiltersProps {
  readonly search: TaskSearch;
  readonly isAdmin: boolean;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** What selects the rows. Each filter stands in the address, so that a list can be sent to others. */
export function TaskFilters({ search, isAdmin, field }: TaskFiltersProps) {
  const { data: counts } = useQuery(countsQuery(search.owner));
  const navigate = useNavigate({ from: '/tasks' });
  const change = (changes: { readonly [name in keyof TaskSearch]?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...changes }) as TaskSearch, replace: true });
  const states = statesOf(search);
  const toggle = (state: TaskState) =>
    change({
      state: stateParameter(states.includes(state) ? states.filter((each) => each !== state) : [...states, state]),
    });
  return (
    <search className="task-filters">
      <SearchField value={search.q} field={field} onChange={(q) => change({ q })} />
      <label className="filter-select">
        <span className="unseen">{text('tasks.time')}</span>
        <select value={search.since ?? ''} onChange={(event) => change({ since: event.target.value || undefined })}>
          <option value="">{text('tasks.anyTime')}</option>
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {text(`tasks.since.${span}`)}
            </option>
          ))}
          {search.since !== undefined && !SPANS.some((span) => span === search.since) && (
            <option value={search.since}>{text('tasks.since', { time: search.since })}</option>
          )}
        </select>
      </label>
      {isAdmin && <OwnerFilter owner={search.owner} onChange={(owner) => change({ owner })} />}
      {search.context !== undefined && (
        <Button className="filter-chip" title={search.context} onClick={() => change({ context: undefined })}>
          {text('tasks.contextIs', { id: search.context.slice(0, 8) })}
          <Icon name="close" />
          <span className="unseen">{text('tasks.removeFilter')}</span>
        </Button>
      )}
      <StateFilter states={states} counts={counts} onToggle={toggle} />
    </search>
  );
}
