import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { RequestCard } from '../../answers/RequestCard.js';
import type { TaskRow } from '../../api/types.js';
import { Icon } from '../../base/Icon.js';
import { Markdown } from '../../base/Markdown.js';
import { ClockTime } from '../../base/Time.js';
import type { Turn } from '../../conversation/turn.js';
import { money, short } from '../../text/format.js';
import { text } from '../../text/text.js';
import { AttachmentView } from './AttachmentView.js';
import { MessageParts } from './MessageParts.js';
import { Steps } from './Steps.js';

interface TurnViewProps {
  readonly row: TaskRow;
  readonly turn: Turn;
  readonly isLast: boolean;
}

/** A turn: what the person said, what the agent did, and what it answered. */
export const TurnView = memo(function TurnView({ row, turn, isLast }: TurnViewProps) {
  const { messages, steps, line, text: answer, attachments, remark, failure, state, goesOn } = turn;
  const works = state === 'TASK_STATE_WORKING' && goesOn !== true;
  return (
    <>
      {messages.map(({ messageId, parts }) => (
        <div className="said" key={messageId}>
          <MessageParts parts={parts} />
        </div>
      ))}
      <div className="reply" aria-busy={works}>
        {steps.length > 0 && <Steps steps={steps} works={works} />}
        {works && <Working line={line} hasText={answer !== ''} />}
        {state === 'TASK_STATE_SUBMITTED' && <p className="reply-note">{text('chat.queued')}</p>}
        {answer !== '' && <Markdown source={answer} />}
        {attachments.map((attachment) => (
          <AttachmentView key={attachment.id} attachment={attachment} />
        ))}
        {remark !== undefined && remark !== '' && <p className="reply-note">{remark}</p>}
        {failure !== undefined && <Failed {...failure} />}
        <Asked row={row} turn={turn} isLast={isLast} />
        <Meta row={row} turn={turn} />
      </div>
    </>
  );
});

function Working({ line, hasText }: { readonly line: string | undefined; readonly hasText: boolean }) {
  return (
    <p className="reply-note state-working">
      <span className="state-dot" aria-hidden="true" />
      <span>{line ?? text(hasText ? 'chat.writing' : 'chat.working')}</span>
    </p>
  );
}

function Failed({ code, message }: { readonly code: string; readonly message: string }) {
  return (
    <div className="note note-error">
      <Icon name="alert" />
      <div className="note-body">
        <p>{message}</p>
        {code !== '' && <code>{code}</code>}
      </div>
    </div>
  );
}

/** The question of a turn: with buttons and fields while it is open, as text afterwards. */
function Asked({ row, turn, isLast }: TurnViewProps) {
  const { question, state } = turn;
  if (question === undefined) return null;
  const isOpen = isLast && (state === 'TASK_STATE_INPUT_REQUIRED' || state === 'TASK_STATE_AUTH_REQUIRED');
  const { requests } = question.details;
  const [only] = requests;
  // An answer in words is written into the field of the conversation.
  const inWords =
    requests.length === 1 && only?.request === 'question' && only.schema === undefined && !only.choices?.length;
  if (!isOpen || inWords) return <Markdown source={question.prompt} />;
  return (
    <div className="reply-question">
      {requests.map((request) => (
        <RequestCard key={request.requestId} task={row} request={request} />
      ))}
    </div>
  );
}

function Meta({ row, turn: { at, usage, state } }: { readonly row: TaskRow; readonly turn: Turn }) {
  if (state === 'TASK_STATE_WORKING' || state === 'TASK_STATE_SUBMITTED') return null;
  return (
    <p className="reply-meta">
      {at !== undefined && <ClockTime at={at} />}
      {state === 'TASK_STATE_CANCELED' && <span>{text('state.TASK_STATE_CANCELED')}</span>}
      {usage !== undefined && (
        <span>{text('chat.tokens', { in: short(usage.inputTokens), out: short(usage.outputTokens) })}</span>
      )}
      {usage?.costUsd !== undefined && <span>{money(usage.costUsd)}</span>}
      <Link to="/tasks/$taskId" params={{ taskId: row.id }}>
        {text('chat.details')}
      </Link>
    </p>
  );
}
