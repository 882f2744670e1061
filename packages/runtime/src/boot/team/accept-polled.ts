import type { SendMessageRequest } from '@a2a-js/sdk';
import type { Logger } from '@molecule/adapters';
import type { Accepted, MessageAcceptor } from '../../execution/intake/message-acceptor.js';
import type { AcceptPolled } from '../../platform/polling/polled-delivery.js';
import { plainRefusal } from '../../serving/a2a/plain-reply.js';
import { MAX_DEPTH, MAX_FIELDS, MAX_VALUES } from '../../serving/a2a/request-bounds.js';
import { measureValues } from '../../serving/grpc/requests/measure-values.js';
import { hasCode, malformed, retryAfterOf } from '../../tasks/a2a-errors.js';
import { StorageError } from '../../tasks/storage/storage-error.js';

/** A message that fails for an unknown reason is tried so often: it would keep all later ones waiting. */
const MOST_TRIES = 3;
const FAILED = 'The task was refused: the agent failed to take the message. Its operator finds the reason in the log.';

/** Accepts messages that were fetched from the platform, for the owner of what comes through it. */
export function acceptPolled(
  acceptor: Pick<MessageAcceptor, 'accept' | 'synced'>,
  owner: string,
  logger: Logger,
): AcceptPolled {
  const tries = new Map<string, number>();
  return async ({ request, messageId, answerTo }) => {
    let accepted: Accepted;
    try {
      checkBounds(request);
      accepted = await acceptor.accept(request, { owner, traceparent: undefined, answerTo });
    } catch (error) {
      if (isForNow(error)) throw error;
      const text = refusalOf(error);
      if (text !== undefined) return text;
      const count = (tries.get(messageId) ?? 0) + 1;
      tries.set(messageId, count);
      if (count < MOST_TRIES) throw error;
      tries.delete(messageId);
      logger.error('a message of the platform could not be accepted; it is refused', {
        messageId,
        tries: count,
        error,
      });
      return FAILED;
    }
    tries.delete(messageId);
    await acceptor.synced(accepted);
    return undefined;
  };
}

/** The bounds of requests over HTTP. */
function checkBounds(request: SendMessageRequest): void {
  const { depth, values, fields } = measureValues(request, MAX_DEPTH);
  if (depth > MAX_DEPTH) throw malformed('BODY_TOO_DEEP', `The message nests deeper than ${MAX_DEPTH} levels.`);
  if (values <= MAX_VALUES && fields <= MAX_FIELDS) return;
  const message = `The message has more than ${MAX_VALUES} values, or more than ${MAX_FIELDS} fields. Send large data as a file.`;
  throw malformed('BODY_TOO_MANY_VALUES', message);
}

/** There is no room, the server stops, or nothing can be stored: the message is accepted later. */
function isForNow(error: unknown): boolean {
  return retryAfterOf(error) !== undefined || hasCode(error, 'SERVER_STOPPING') || StorageError.is(error);
}

function refusalOf(error: unknown): string | undefined {
  const content = plainRefusal(error, '')?.parts[0]?.content;
  return content?.$case === 'text' ? content.value : undefined;
}
