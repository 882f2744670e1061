import {
  A2AError,
  ExtendedAgentCardNotConfiguredError,
  ExtensionSupportRequiredError,
  PushNotificationNotSupportedError,
  RequestMalformedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors';
import { wellFormed } from '@molecule/adapters';
import type { RequestErrorCode } from '../support/error-codes.js';
import { type StorageErrorCode, storageMessage } from './storage/storage-error.js';

const INCIDENT = 'The server failed to handle the request. The operator finds the reason in the log under incident ';

/** Error for an invalid request. */
export function malformed(code: RequestErrorCode, message: string): A2AError {
  return new RequestMalformedError({ message: wellFormed(message), metadata: coded(code) });
}

/** Error for a request that the task's state, or this server, does not allow. */
export function unsupported(code: RequestErrorCode, message: string): A2AError {
  return new UnsupportedOperationError({ message: wellFormed(message), metadata: coded(code) });
}

/** Error for a message for which there is no room now. The same message can be sent again after so many seconds. */
export function exhausted(code: RequestErrorCode, message: string, retryAfterSeconds: number): A2AError {
  // A2A has no error of this kind. The transports send it with a status of its own.
  const metadata = { ...coded(code), retryAfterSeconds: String(retryAfterSeconds) };
  return Object.assign(new UnsupportedOperationError({ message: wellFormed(message), metadata }), { reason: code });
}

/** The seconds after which a message that was refused with {@link exhausted} can be sent again; undefined for other errors. */
export function retryAfterOf(error: unknown): number | undefined {
  const seconds = isA2AError(error) ? error.metadata?.['retryAfterSeconds'] : undefined;
  return seconds === undefined ? undefined : Number(seconds);
}

/** Error for an answer that would be too large. The transports send it with a status of its own. */
export function responseTooLarge(message: string): A2AError {
  return unsupported('RESPONSE_TOO_LARGE', message);
}

/** Error for a caller who may not execute an operation. The transports send it with a status of its own. */
export function insufficientScope(scope: string): A2AError {
  const code = 'INSUFFICIENT_SCOPE';
  const message = `This operation needs the scope "${scope}", which the caller does not have. Ask the operator of this agent, or the issuer of the token, for it.`;
  return Object.assign(new UnsupportedOperationError({ message, metadata: { ...coded(code), scope } }), {
    reason: code,
  });
}

/** Error for a request that does not name an extension without which the agent cannot be used. */
export function extensionRequired(uris: readonly string[]): A2AError {
  const message = `This agent requires ${uris.join(', ')}, which the request does not name. Send the header A2A-Extensions with it; the agent card says what it is.`;
  return new ExtensionSupportRequiredError({ message, metadata: coded('EXTENSION_REQUIRED') });
}

/** In protocol 0.3 this is an error of its own (section 8.2). In 1.0 that error means that a promised card is missing. */
export function noExtendedCard(legacy: boolean): A2AError {
  const options = { message: 'This agent has no extended card.', metadata: coded('EXTENDED_CARD_OFF') };
  return legacy ? new ExtendedAgentCardNotConfiguredError(options) : new UnsupportedOperationError(options);
}

/** The task does not exist, or belongs to another owner. Both have the same error, so that a caller cannot find out which. */
export function taskNotFound(taskId: string): A2AError {
  const message = taskId === '' ? 'Task not found: the request names no id.' : `Task not found: ${taskId}`;
  return new TaskNotFoundError({ message: wellFormed(message), metadata: coded('TASK_NOT_FOUND') });
}

/** No push notification would ever be sent, so the configuration of one is refused. */
export function pushNotSupported(): A2AError {
  return new PushNotificationNotSupportedError({
    message:
      'Push notifications are not supported by this agent (a2a.push_notifications). Subscribe to the task instead.',
    metadata: coded('PUSH_NOT_SUPPORTED'),
  });
}

/** A2A has no error of its own for it (section 3.1.8). */
export function pushConfigNotFound(taskId: string, id: string): A2AError {
  const message = `Task ${taskId} has no push notification config ${id === '' ? 'without an id' : id}. List them, or create one.`;
  return new TaskNotFoundError({ message: wellFormed(message), metadata: coded('PUSH_CONFIG_NOT_FOUND') });
}

export function taskNotCancelable(taskId: string, state: string): A2AError {
  return new TaskNotCancelableError({
    message: `Task ${taskId} has ended (${state}) and cannot be canceled.`,
    metadata: coded('TASK_NOT_CANCELABLE'),
  });
}

/** A fault of the server; the log holds the reason under `incident`. */
export function internal(incident: string): A2AError {
  return new A2AError({
    message: incidentMessage(incident),
    metadata: { ...coded('INTERNAL'), incident },
  });
}

/** The storage fails. The client may send the same request again. */
export function storageRefusal(code: StorageErrorCode): A2AError {
  const message = `${storageMessage(code)} Nothing of this request was stored. Send it again in some seconds, with the same messageId.`;
  return new A2AError({ message, metadata: coded(code) });
}

export function incidentMessage(incident: string): string {
  return `${INCIDENT}${incident}.`;
}

/** True for a text of `incidentMessage`. */
export function isIncidentMessage(message: string): boolean {
  return message.startsWith(INCIDENT);
}

export function hasCode(value: unknown, code: RequestErrorCode): boolean {
  return isA2AError(value) && value.metadata?.['code'] === code;
}

export function isA2AError(value: unknown): value is A2AError {
  return value instanceof A2AError;
}

function coded(code: RequestErrorCode): { code: RequestErrorCode } {
  return { code };
}
