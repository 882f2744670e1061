import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import type { Part, TaskState } from '../../api/a2a.js';
import { agentClient } from '../../api/agent-client.js';
import { sessionQuery } from '../../api/queries.js';
import type { TaskRow } from '../../api/types.js';
import { ErrorNote, Loading } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { Composer } from './Composer.js';
import { Thread } from './Thread.js';
import { useContextTasks } from './use-context-tasks.js';
import { useFileDrop } from './use-file-drop.js';
import { useOutbox } from './use-outbox.js';

interface ConversationProps {
  /** Absent: a new conversation, which gets its id from the server with its first message. */
  readonly contextId: string | undefined;
  /** Beside the title. */
  readonly children: ReactNode;
}

const ENDED: readonly TaskState[] = [
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
];
const WAITING: readonly TaskState[] = ['TASK_STATE_INPUT_REQUIRED', 'TASK_STATE_AUTH_REQUIRED'];

/** A conversation: what was said, and the field for the next message. */
export function Conversation({ contextId, children }: ConversationProps) {
  const { data: session } = useQuery(sessionQuery);
  const navigate = useNavigate();
  const tasks = useContextTasks(contextId, session?.owner);
  const [files, setFiles] = useState<readonly File[]>([]);
  const drop = useFileDrop((dropped) => setFiles((before) => [...before, ...dropped]));
  const outbox = useOutbox(contextId, async (task) => {
    if (contextId === undefined) await navigate({ to: '/chat/$contextId', params: { contextId: task.contextId } });
    else await tasks.refresh();
  });
  useEffect(() => {
    // The first message then need not wait for the client's code.
    agentClient().catch(() => undefined);
  }, []);
  const followed = followedOf(tasks.rows);
  const waiting = followed !== undefined && WAITING.includes(followed.state) ? followed : undefined;
  const send = (parts: readonly Part[]) => outbox.send(parts, waiting?.id);
  const newest = tasks.rows.at(-1);
  const title = contextId === undefined ? text('chat.new') : (newest?.title ?? '');
  return (
    <section className={drop.isOver ? 'conversation conversation-over' : 'conversation'} {...drop.handlers}>
      <ViewHeader title={title === '' ? text('nav.chat') : title} actions={children} />
      {tasks.error !== undefined && <ErrorNote error={tasks.error} onRetry={tasks.readMore} />}
      {tasks.isNew && tasks.error === undefined && <Loading />}
      <Thread tasks={tasks} followed={followed?.id} outbox={outbox} agent={session?.agent} />
      <Composer
        files={files}
        onFiles={setFiles}
        waiting={waiting !== undefined}
        running={followed !== undefined && waiting === undefined ? followed.id : undefined}
        onSend={send}
      />
      {drop.isOver && <div className="conversation-drop">{text('chat.drop')}</div>}
    </section>
  );
}

/** The task whose events the page follows: the one that works, else the last one that has not ended. */
function followedOf(rows: readonly TaskRow[]): TaskRow | undefined {
  const open = rows.filter(({ state }) => !ENDED.includes(state));
  return open.find(({ state }) => state === 'TASK_STATE_WORKING') ?? open.at(-1);
}
