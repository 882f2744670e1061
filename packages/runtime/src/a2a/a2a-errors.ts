import {
  A2AError,
  ExtendedAgentCardNotConfiguredError,
  PushNotificationNotSupportedError,
  RequestMalformedError,
  TaskNotCancelableError,
  TaskNotFoundError,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors';
import { wellFormed } from '@molecule/adapters';

import { type StorageErrorCode, storageMessage } from '../storage/storage-error.js';

const INCIDENT = 'The server failed to handle the request. The operator finds the reason in the log under incident ';

/** The codes that a caller finds in `error.data[0].metadata.code` (JSON-RPC) or `error.details[0].metadata.code` (REST). */
export type RequestErrorCode =
  | 'MESSAGE_INVALID'
  | 'TOO_MANY_FILES'
  | 'FILE_TOO_LARGE'
  | 'MESSAGE_ID_CONFLICT'
  | 'PARAMETER_INVALID'
  | 'TASK_NOT_FOUND'
  | 'TASK_TERMINAL'
  | 'TASK_BUSY'
  | 'TASK_NOT_CANCELABLE'
  | 'CONTEXT_MISMATCH'
  | 'TURN_QUEUE_FULL'
  | 'STREAMING_OFF'
  | 'EXTENDED_CARD_OFF'
  | 'SERVER_STOPPING'
  | StorageErrorCode
  | 'INTERNAL';

/** A request that is wrong in itself. */
export function malformed(code: RequestErrorCode, message: string): A2AError {
  return new RequestMalformedError({ message: wellFormed(message), metadata: { code } });
}

/** A request that the task's state, or this server, does not allow now. */
export function unsupported(code: RequestErrorCode, message: string): A2AError {
  return new UnsupportedOperationError({ message: wellFormed(message), metadata: { code } });
}

/** Protocol 0.3 has an error of its own for it (section 8.2); 1.0 keeps that for a card that is promised and missing. */
export function noExtendedCard(legacy: boolean): A2AError {
  const options = { message: 'This agent has no extended card.', metadata: { code: 'EXTENDED_CARD_OFF' } };
  return legacy ? new ExtendedAgentCardNotConfiguredError(options) : new UnsupportedOperationError(options);
}

/** The task does not exist, or is somebody else's: the two look the same on purpose. */
export function taskNotFound(taskId: string): A2AError {
  const message = taskId === '' ? 'Task not found: the request names no id.' : `Task not found: ${taskId}`;
  return new TaskNotFoundError({ message: wellFormed(message), metadata: { code: 'TASK_NOT_FOUND' } });
}

/** Nobody would ever be notified, so nobody may count on it. */
export function pushNotSupported(): A2AError {
  return new PushNotificationNotSupportedError({
    message: 'This agent sends no push notifications. Subscribe to the task instead.',
    metadata: { code: 'PUSH_NOT_SUPPORTED' },
  });
}

export function taskNotCancelable(taskId: string, state: string): A2AError {
  return new TaskNotCancelableError({
    message: `Task ${taskId} is over (${state}) and cannot be canceled.`,
    metadata: { code: 'TASK_NOT_CANCELABLE' },
  });
}

/** Something that is our fault; the reason is in the log under `incident`. */
export function internal(incident: string): A2AError {
  return new A2AError({
    message: incidentMessage(incident),
    metadata: { code: 'INTERNAL', incident },
  });
}

/** Nothing can be stored or read now, which has nothing to do with the request: the same one may be sent again. */
export function storageRefusal(code: StorageErrorCode): A2AError {
  const message = `${storageMessage(code)} Nothing of this request was kept. Send it again in some seconds, with the same messageId.`;
  return new A2AError({ message, metadata: { code } });
}

export function incidentMessage(incident: string): string {
  return `${INCIDENT}${incident}.`;
}

/** True for a text that `incidentMessage` made. */
export function isIncidentMessage(message: string): boolean {
  return message.startsWith(INCIDENT);
}

export function hasCode(value: unknown, code: RequestErrorCode): boolean {
  return isA2AError(value) && value.metadata?.['code'] === code;
}

export function isA2AError(value: unknown): value is A2AError {
  return value instanceof A2AError;
}
