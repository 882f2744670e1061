import { Button } from '../../base/Button.js';
import { ErrorNote } from '../../base/notes.js';
import { text } from '../../text/text.js';
import { MessageParts } from './MessageParts.js';
import type { Outgoing } from './use-outbox.js';

interface OutgoingMessageProps {
  readonly message: Outgoing;
  readonly onRetry: () => void;
  readonly onDrop: () => void;
}

/** A message that is on its way, or could not be sent. */
export function OutgoingMessage({ message, onRetry, onDrop }: OutgoingMessageProps) {
  return (
    <div className="said said-pending">
      <MessageParts parts={message.parts} />
      {message.error === undefined ? (
        <p className="said-note" role="status">
          {text('chat.sending')}
        </p>
      ) : (
        <>
          <ErrorNote error={message.error} />
          <div className="answer-buttons">
            <Button onClick={onRetry}>{text('chat.sendAgain')}</Button>
            <Button kind="quiet" onClick={onDrop}>
              {text('chat.discard')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
