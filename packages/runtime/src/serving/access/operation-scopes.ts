import type { A2ARequestHandler } from '@a2a-js/sdk/server';
import { allows, type Scope, type Scopes } from '../../settings/environment/scopes.js';
import { insufficientScope } from '../../tasks/a2a-errors.js';

/** What a caller can ask for: the operations of A2A, the public card excepted, and the routes of the runtime's own. */
type Operation = Exclude<keyof A2ARequestHandler, 'getAgentCard'> | 'file' | 'transcript';

/** The scope that each operation needs, on every binding and in every version of the protocol. */
const OPERATION_SCOPES: Readonly<Record<Operation, Scope>> = {
  getAuthenticatedExtendedAgentCard: 'read',
  sendMessage: 'send',
  sendMessageStream: 'send',
  getTask: 'read',
  listTasks: 'read',
  resubscribe: 'read',
  cancelTask: 'cancel',
  // They decide to whom the server sends, as a message does.
  createTaskPushNotificationConfig: 'send',
  deleteTaskPushNotificationConfig: 'send',
  getTaskPushNotificationConfig: 'read',
  listTaskPushNotificationConfigs: 'read',
  file: 'read',
  transcript: 'read',
};

/** The scope that a caller lacks for an operation; `undefined` if it may execute it. */
export function missingScope(scopes: Scopes, operation: Operation): Scope | undefined {
  const needed = OPERATION_SCOPES[operation];
  return allows(scopes, needed) ? undefined : needed;
}

/** @throws {A2AError} `INSUFFICIENT_SCOPE` if the caller may not execute the operation */
export function checkScope(scopes: Scopes, operation: Operation): void {
  const missing = missingScope(scopes, operation);
  if (missing !== undefined) throw insufficientScope(missing);
}
