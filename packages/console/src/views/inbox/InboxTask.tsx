import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RequestCard } from '../../answers/RequestCard.js';
import type { OnOutcome } from '../../answers/use-answer.js';
import { sessionQuery } from '../../api/queries.js';
import type { Inbox } from '../../api/types.js';
import { Icon } from '../../base/Icon.js';
import { Time } from '../../base/Time.js';
import { text } from '../../text/text.js';

interface InboxTaskProps {
  readonly task: Inbox['tasks'][number];
  readonly onOutcome: OnOutcome;
}

/** A task that waits, with everything that it asks. */
export function InboxTask({ task, onOutcome }: InboxTaskProps) {
  const { data: session } = useQuery(sessionQuery);
  const { id, contextId, owner, title, statusAt, question } = task;
  return (
    <li className="inbox-task">
      <div className="inbox-head">
        <h2>
          <Link to="/tasks/$taskId" params={{ taskId: id }}>
            {title === '' ? id : title}
          </Link>
        </h2>
        {session !== undefined && owner !== session.owner && <span className="tag">{owner}</span>}
        <Link to="/chat/$contextId" params={{ contextId }} className="inbox-chat">
          <Icon name="chat" />
          {text('nav.chat')}
        </Link>
        <Time at={statusAt} />
      </div>
      {question.requests.map((request) => (
        <RequestCard key={request.requestId} task={{ id, contextId }} request={request} onOutcome={onOutcome} />
      ))}
    </li>
  );
}
