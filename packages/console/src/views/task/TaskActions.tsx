import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Message } from '../../api/a2a.js';
import { agentUrl } from '../../api/addresses.js';
import { mayActOn } from '../../api/may.js';
import { sessionQuery } from '../../api/queries.js';
import type { TaskDetail } from '../../api/types.js';
import { Button } from '../../base/Button.js';
import { CopyButton } from '../../base/CopyButton.js';
import { Icon } from '../../base/Icon.js';
import { text } from '../../text/text.js';
import { CancelDialog } from './actions/CancelDialog.js';
import { SendAgainDialog } from './actions/SendAgainDialog.js';
import { asCurl } from './curl.js';

export interface TaskActionsProps {
  readonly detail: TaskDetail;
  readonly isRaw: boolean;
}

/** What can be done with a task, as far as the caller's scopes allow it. */
export function TaskActions({ detail, isRaw }: TaskActionsProps) {
  const { data: session } = useQuery(sessionQuery);
  const navigate = useNavigate({ from: '/tasks/$taskId' });
  const [asking, setAsking] = useState<'cancel' | 'again'>();
  const message = detail.task.history?.find(({ role }) => role === 'ROLE_USER');
  const isOpen = detail.durationMs === undefined;
  const close = () => setAsking(undefined);
  return (
    <>
      {message !== undefined && (
        <CopyButton
          kind="plain"
          label={text('task.curl')}
          value={() => commandFor(message, detail.contextId, session?.access === 'tokens')}
        />
      )}
      <Button
        aria-pressed={isRaw}
        icon={<Icon name="code" />}
        onClick={() => void navigate({ search: isRaw ? {} : { raw: true }, replace: true })}
      >
        {text('task.raw')}
      </Button>
      {message !== undefined && mayActOn(session, 'send', detail.owner) && (
        <Button icon={<Icon name="send" />} onClick={() => setAsking('again')}>
          {text('task.again')}
        </Button>
      )}
      {isOpen && mayActOn(session, 'cancel', detail.owner) && (
        <Button kind="danger" icon={<Icon name="stop" />} onClick={() => setAsking('cancel')}>
          {text('task.cancel')}
        </Button>
      )}
      <CancelDialog id={detail.id} open={asking === 'cancel'} onClose={close} />
      {message !== undefined && (
        <SendAgainDialog message={message} contextId={detail.contextId} open={asking === 'again'} onClose={close} />
      )}
    </>
  );
}

function commandFor({ parts }: Message, contextId: string, needsToken: boolean): string {
  return asCurl({ agent: agentUrl, parts, contextId, needsToken });
}
