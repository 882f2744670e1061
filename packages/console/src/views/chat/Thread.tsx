import { useState } from 'react';
import { Button } from '../../base/Button.js';
import { text } from '../../text/text.js';
import { ChatTask } from './ChatTask.js';
import { OutgoingMessage } from './OutgoingMessage.js';
import type { ContextTasks } from './use-context-tasks.js';
import type { Outbox } from './use-outbox.js';
import { useStickToEnd } from './use-stick-to-end.js';

/** So many tasks of a long conversation are shown at first. */
const FIRST_TASKS = 20;

interface ThreadProps {
  readonly tasks: ContextTasks;
  /** The id of the task whose events the page follows. */
  readonly followed: string | undefined;
  readonly outbox: Outbox;
  readonly agent: { readonly name: string; readonly description: string } | undefined;
}

/** What was said, the latest at the end. It stays at the end while the reader is there. */
export function Thread({ tasks, followed, outbox, agent }: ThreadProps) {
  const [most, setMost] = useState(FIRST_TASKS);
  const { area, content } = useStickToEnd();
  const shown = tasks.rows.slice(-most);
  const hasEarlier = shown.length < tasks.rows.length || (tasks.rows.length > 0 && tasks.hasMore);
  const showEarlier = () => {
    setMost(most + FIRST_TASKS);
    if (tasks.rows.length < most + FIRST_TASKS && tasks.hasMore) tasks.readMore();
  };
  const isEmpty = !tasks.isNew && tasks.rows.length === 0 && outbox.messages.length === 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="thread" ref={area} tabIndex={0} aria-label={text('chat.thread')}>
      <div className="thread-content" ref={content}>
        {hasEarlier && (
          <Button kind="quiet" className="thread-earlier" busy={tasks.isReading} onClick={showEarlier}>
            {text('chat.earlier')}
          </Button>
        )}
        {isEmpty && agent !== undefined && (
          <div className="thread-empty">
            <h2>{agent.name}</h2>
            <p>{agent.description}</p>
          </div>
        )}
        {shown.map((row) => (
          <ChatTask key={row.id} row={row} follows={row.id === followed} onSend={(parts) => outbox.send(parts)} />
        ))}
        {outbox.messages.map((message) => (
          <OutgoingMessage
            key={message.messageId}
            message={message}
            onRetry={() => outbox.retry(message)}
            onDrop={() => outbox.drop(message.messageId)}
          />
        ))}
      </div>
    </section>
  );
}
