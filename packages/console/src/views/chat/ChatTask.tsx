import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Part } from '../../api/a2a.js';
import { taskQuery } from '../../api/queries.js';
import type { TaskRow } from '../../api/types.js';
import { Button } from '../../base/Button.js';
import { Icon } from '../../base/Icon.js';
import { ErrorNote } from '../../base/notes.js';
import { useTaskTurns } from '../../conversation/use-task-turns.js';
import { partsToSendAgain } from '../../files/parts-to-send-again.js';
import { text } from '../../text/text.js';
import { TurnView } from './TurnView.js';

interface ChatTaskProps {
  readonly row: TaskRow;
  /** The page follows the events of this task. */
  readonly follows: boolean;
  readonly onSend: (parts: readonly Part[]) => void;
}

/** A task of the conversation, with its turns. */
export function ChatTask({ row, follows, onSend }: ChatTaskProps) {
  const { turns, error, hasMore, readSteps } = useTaskTurns(row, follows);
  useReadAgain(row);
  const last = turns.at(-1);
  const mayAgain = ['TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED'].includes(row.state);
  const again = async () => onSend(await partsToSendAgain(turns[0]?.messages.flatMap(({ parts }) => parts) ?? []));
  return (
    <article className="chat-task" aria-label={row.title}>
      {turns.length === 0 && error === null && <p className="said said-text">{row.title}</p>}
      {turns.map((turn) => (
        <TurnView key={turn.turn} row={row} turn={turn} isLast={turn === last} />
      ))}
      {hasMore && (
        <Button kind="quiet" className="chat-steps" onClick={readSteps}>
          {text('chat.readSteps')}
        </Button>
      )}
      {error !== null && <ErrorNote error={error} />}
      {mayAgain && last !== undefined && (
        <Button className="chat-again" icon={<Icon name="retry" />} onClick={() => void again()}>
          {text('chat.sendAgain')}
        </Button>
      )}
    </article>
  );
}

/** A turn that begins or ends changes the history of the task, which no event carries. */
function useReadAgain({ id, turn, state }: TaskRow): void {
  const client = useQueryClient();
  const before = useRef('');
  useEffect(() => {
    const now = `${turn} ${state}`;
    if (before.current !== '' && before.current !== now) {
      void client.invalidateQueries({ queryKey: taskQuery(id).queryKey });
    }
    before.current = now;
  }, [client, id, turn, state]);
}
