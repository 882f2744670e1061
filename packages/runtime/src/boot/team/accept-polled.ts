import type { Accepted, MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import type { AcceptPolled } from '../../platform/polling/polled-delivery.js';
import { plainRefusal } from '../../serving/a2a/plain-reply.js';
import { hasCode, retryAfterOf } from '../../tasks/a2a-errors.js';

/** Accepts messages that were fetched from the platform, for the owner of what comes through it. */
export function acceptPolled(acceptor: MessageAcceptor, owner: string): AcceptPolled {
  return async ({ request, answerTo }) => {
    let accepted: Accepted;
    try {
      accepted = await acceptor.accept(request, { owner, traceparent: undefined, answerTo });
    } catch (error) {
      const text = isForNow(error) ? undefined : refusalOf(error);
      if (text === undefined) throw error;
      return text;
    }
    await acceptor.synced(accepted);
    return undefined;
  };
}

/** There is no room, or the server stops: the message is accepted later. */
function isForNow(error: unknown): boolean {
  return retryAfterOf(error) !== undefined || hasCode(error, 'SERVER_STOPPING');
}

function refusalOf(error: unknown): string | undefined {
  const content = plainRefusal(error, '')?.parts[0]?.content;
  return content?.$case === 'text' ? content.value : undefined;
}
