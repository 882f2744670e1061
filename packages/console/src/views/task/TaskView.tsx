import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { RequestCard } from '../../answers/RequestCard.js';
import { ApiError } from '../../api/api-error.js';
import { mayActOn } from '../../api/may.js';
import { sessionQuery } from '../../api/queries.js';
import type { TaskDetail } from '../../api/types.js';
import { Icon } from '../../base/Icon.js';
import { ErrorNote, Loading } from '../../base/notes.js';
import { NotFound } from '../../shell/failures.js';
import { text } from '../../text/text.js';
import { OpenEntries, OpenEntriesContext } from './open-entries.js';
import { RawProtocol } from './raw/RawProtocol.js';
import { TaskSide } from './side/TaskSide.js';
import { TaskHead } from './TaskHead.js';
import { TimelineList } from './TimelineList.js';
import type { TaskEvents } from './task-events.js';
import { useTaskDetail, useTaskEvents } from './use-task.js';
import './task.css';

/** Entries of a timeline that shows its end at once. */
const SHORT = 12;

export function TaskView() {
  const { taskId } = useParams({ from: '/tasks/$taskId' });
  // Another task begins with nothing of the one before.
  return <OneTask key={taskId} id={taskId} />;
}

function OneTask({ id }: { readonly id: string }) {
  const { data: detail, error, refetch } = useTaskDetail(id);
  const events = useTaskEvents(id, detail);
  const opened = useMemo(() => new OpenEntries(), []);
  const { raw = false, event } = useSearch({ from: '/tasks/$taskId' });
  const facts = useMemo(
    () => ({
      history: detail?.task.history ?? (detail && []),
      title: detail?.title ?? '',
      createdAt: detail?.createdAt,
    }),
    [detail],
  );
  useEffect(() => {
    if (detail !== undefined && events.isLoaded && !events.isComplete) events.addKnown(detail.task);
  }, [detail, events, events.isLoaded, events.isComplete]);

  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  if (detail === undefined) {
    return error === null ? <Loading /> : <ErrorNote error={error} onRetry={() => void refetch()} />;
  }
  return (
    <OpenEntriesContext value={opened}>
      <div className={raw ? 'task task-with-raw' : 'task'}>
        <TaskHead detail={detail} isRaw={raw} />
        <div className="task-body">
          <div className="task-main">
            <Notices detail={detail} events={events} />
            {!events.isLoaded && events.last === 0 && events.failure === undefined ? (
              <Loading />
            ) : (
              <TimelineList
                entries={events.timeline.entries}
                facts={facts}
                followsEnd={detail.durationMs === undefined}
              />
            )}
            <OpenQuestion detail={detail} />
          </div>
          {raw ? <RawProtocol events={events.raw} chosen={event} /> : <TaskSide detail={detail} />}
        </div>
      </div>
    </OpenEntriesContext>
  );
}

/** What the reader must know before believing the timeline. */
function Notices({ detail, events }: { readonly detail: TaskDetail; readonly events: TaskEvents }) {
  return (
    <>
      {events.failure !== undefined && <ErrorNote error={events.failure} onRetry={() => void events.restart()} />}
      {detail.failure !== undefined && events.timeline.entries.length > SHORT && <Failure {...detail.failure} />}
      {!events.isComplete && <p className="note task-notice">{text('task.compacted')}</p>}
      {detail.truncated === true && <p className="note task-notice">{text('task.truncated')}</p>}
    </>
  );
}

/** Why the task failed, before everything that led to it. */
function Failure({ code, message }: NonNullable<TaskDetail['failure']>) {
  return (
    <div className="note note-error">
      <Icon name="alert" />
      <div className="note-body">
        <code>{code}</code>
        <p>{message}</p>
      </div>
    </div>
  );
}

function OpenQuestion({ detail }: { readonly detail: TaskDetail }) {
  const { data: session } = useQuery(sessionQuery);
  const { question, id, contextId, owner } = detail;
  if (question === undefined || !mayActOn(session, 'send', owner)) return null;
  return (
    <section className="task-question" aria-label={text('task.waits')}>
      {question.requests.map((request) => (
        <RequestCard key={request.requestId} task={{ id, contextId }} request={request} />
      ))}
    </section>
  );
}
