import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { inboxQuery } from '../../api/queries.js';
import { EmptyState, ErrorNote, Loading } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { InboxTask } from './InboxTask.js';
import './inbox.css';

/** Every question that waits for a person, the oldest first. */
export function InboxView() {
  const { data, error, refetch } = useQuery(inboxQuery);
  const [notice, setNotice] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const tasks = data?.tasks ?? [];
  const report = (title: string, failure: unknown) => {
    if (failure === undefined) {
      setNotice(text('inbox.answered', { title }));
      // The card with the focus goes away.
      list.current?.focus({ preventScroll: true });
    } else if (isOver(failure)) setNotice(text('inbox.over', { title }));
  };
  return (
    <>
      <ViewHeader title={text('nav.inbox')}>
        {data !== undefined && <span className="view-count">{text('nav.waiting', { count: tasks.length })}</span>}
      </ViewHeader>
      <p className={notice === '' ? 'unseen' : 'inbox-notice'} role="status">
        {notice}
      </p>
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && tasks.length === 0 && (
        <EmptyState title={text('inbox.empty')}>
          <p>{text('inbox.emptyHelp')}</p>
        </EmptyState>
      )}
      <ul className="inbox" ref={list} tabIndex={-1} aria-label={text('nav.inbox')}>
        {tasks.map((task) => (
          <InboxTask key={task.id} task={task} onOutcome={(failure) => report(task.title, failure)} />
        ))}
      </ul>
    </>
  );
}

/** True if the question is no longer open: another person was faster, or it was withdrawn. */
function isOver(failure: unknown): boolean {
  return (
    failure instanceof ApiError &&
    ['REQUEST_NOT_OPEN', 'TASK_TERMINAL', 'TASK_BUSY', 'TASK_NOT_FOUND'].includes(failure.code ?? '')
  );
}
