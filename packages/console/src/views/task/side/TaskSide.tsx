import { Link } from '@tanstack/react-router';
import type { TaskDetail } from '../../../api/types.js';
import { CopyButton } from '../../../base/CopyButton.js';
import { Icon } from '../../../base/Icon.js';
import { safeLink } from '../../../base/markdown/safe-link.js';
import { DayTime, Duration } from '../../../base/Time.js';
import { useMedia } from '../../../base/use-media.js';
import { text } from '../../../text/text.js';
import { useDelegations } from '../use-task.js';
import { Delegations } from './Delegations.js';
import { Fact } from './Fact.js';
import { UsageFacts } from './UsageFacts.js';

/** What is known of a task besides what happened: beside the timeline, or, without room for it, above it and closed. */
export function TaskSide({ detail }: { readonly detail: TaskDetail }) {
  const isNarrow = useMedia('(width < 72rem)');
  return (
    <aside className="task-side" aria-label={text('task.facts')}>
      {isNarrow ? (
        <details>
          <summary className="side-summary">{text('task.facts')}</summary>
          <Facts detail={detail} />
        </details>
      ) : (
        <Facts detail={detail} />
      )}
    </aside>
  );
}

function Facts({ detail }: { readonly detail: TaskDetail }) {
  const { id, contextId, links } = detail;
  const delegations = useDelegations(detail);
  return (
    <>
      <dl className="facts">
        <Fact name={text('task.id')}>
          <code className="fact-id">{id}</code>
          <CopyButton value={id} label={text('task.copyId')} compact />
        </Fact>
        <Fact name={text('tasks.context')}>
          <Link to="/tasks" search={{ context: contextId }} className="fact-id">
            <code>{contextId}</code>
          </Link>
          <Link to="/chat/$contextId" params={{ contextId }} title={text('nav.chat')} aria-label={text('nav.chat')}>
            <Icon name="chat" />
          </Link>
        </Fact>
        <Fact name={text('tasks.owner')}>{detail.owner}</Fact>
        <Fact name={text('task.created')}>
          <DayTime at={detail.createdAt} />
        </Fact>
        <Fact name={text('tasks.duration')}>
          {detail.durationMs === undefined ? (
            <Duration since={detail.createdAt} />
          ) : (
            <Duration ms={detail.durationMs} />
          )}
        </Fact>
        <Fact name={text('task.turnAttempt')}>
          {detail.turn} / {detail.attempt}
        </Fact>
        <Fact name={text('task.runs')}>{text(detail.durable ? 'task.durable' : 'task.direct')}</Fact>
        <UsageFacts usage={detail.usage} />
      </dl>
      <Elsewhere links={links} />
      {delegations.length > 0 && (
        <section className="side-section">
          <h2>{text('task.delegations')}</h2>
          <Delegations delegations={delegations} />
        </section>
      )}
    </>
  );
}

/** The same task in other tools, as far as the operator has told the server their addresses. */
function Elsewhere({ links }: Pick<TaskDetail, 'links'>) {
  const shown = [
    { name: text('task.trace'), address: safeLink(links.trace) },
    { name: text('task.temporal'), address: safeLink(links.temporal) },
  ].filter(({ address }) => address !== undefined);
  if (shown.length === 0) return null;
  return (
    <p className="elsewhere">
      {shown.map(({ name, address }) => (
        <a key={name} href={address} target="_blank" rel="noopener noreferrer">
          {name}
          <Icon name="external" />
        </a>
      ))}
    </p>
  );
}
