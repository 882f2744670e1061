import type { A2AError } from '@a2a-js/sdk/errors';
import { malformed } from '../../tasks/a2a-errors.js';
import type { KnownMessage, MessageKey } from '../../tasks/log/messages.js';
import type { TaskHead } from '../../tasks/log/records.js';
import type { TaskReader } from '../../tasks/log/task-reader.js';

/** The message, if the task has it already. The first message may have had no contextId, so it is also looked up under ''. */
export async function seenBefore(
  read: TaskReader,
  key: MessageKey,
  { taskId }: Pick<TaskHead, 'taskId'>,
): Promise<KnownMessage | undefined> {
  const known = (await read.findMessage(key)) ?? (await read.findMessage({ ...key, contextKey: '' }));
  return known?.taskId === taskId ? known : undefined;
}

/** The error for an id that was used for another message. */
export function idConflict({ taskId }: KnownMessage): A2AError {
  return malformed(
    'MESSAGE_ID_CONFLICT',
    `A message with this messageId was sent before with other content; it belongs to task ${taskId}. A new message needs a new messageId.`,
  );
}
