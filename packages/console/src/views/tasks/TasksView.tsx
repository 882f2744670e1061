import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { may } from '../../api/may.js';
import { sessionQuery } from '../../api/queries.js';
import { EmptyState, ErrorNote, Loading } from '../../base/notes.js';
import { live } from '../../live/live-stream.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { TaskFilters } from './TaskFilters.js';
import { TaskTable } from './TaskTable.js';
import { readTaskSearch } from './task-search.js';
import { useTaskList } from './use-task-list.js';
import './tasks.css';

export function TasksView() {
  const { data: session } = useQuery(sessionQuery);
  const search = useSearch({ from: '/tasks' });
  const isAdmin = may(session, 'admin');
  const { list, place } = useTaskList(search, session?.owner ?? '');
  useEffect(() => {
    live.watchOwner(search.owner);
    return () => live.watchOwner(undefined);
  }, [search.owner]);
  const searchField = useRef<HTMLInputElement>(null);
  const isFiltered = Object.keys(readTaskSearch({ ...search, owner: undefined })).length > 0;
  return (
    <div className="tasks">
      <ViewHeader title={text('nav.tasks')} />
      <TaskFilters search={search} isAdmin={isAdmin} field={searchField} />
      {list.failure !== undefined && <ErrorNote error={list.failure} onRetry={() => void list.retry()} />}
      {list.rows.length > 0 ? (
        <TaskTable
          list={list}
          place={place}
          showOwner={isAdmin && search.owner !== undefined}
          searchField={searchField}
        />
      ) : list.isNew ? (
        list.failure === undefined && <Loading />
      ) : (
        <EmptyState title={text(isFiltered ? 'tasks.noMatch' : 'tasks.none')}>
          <p>{text(isFiltered ? 'tasks.noMatchHelp' : 'tasks.noneHelp')}</p>
        </EmptyState>
      )}
    </div>
  );
}
