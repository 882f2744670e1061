import type { Message } from '@a2a-js/sdk';
import type { Accepted } from '../../execution/intake/message-acceptor.js';
import type { UntoldAnswers } from '../../tasks/log/untold-answers.js';
import type { ClientStream } from './client-stream.js';

/**
 * Records when the sender has received the answer. A platform's proxy that sends a message again does so from its queue, and throws that
 * answer away.
 */
export function noteAnswered(
  untold: UntoldAnswers,
  { task, isRepeated = false }: Accepted,
  message: Message | undefined,
  { answered }: ClientStream,
): void {
  if (isRepeated || message === undefined || answered === undefined) return;
  const note = async () => {
    if (await answered) await untold.received(task.id, message.messageId);
  };
  // If this is not recorded, the platform is asked whether it has the answer.
  note().catch(() => {});
}
