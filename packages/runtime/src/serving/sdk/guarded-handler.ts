import type { A2AError } from '@a2a-js/sdk/errors';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { Logger } from '@molecule/adapters';
import { internal, isA2AError, storageRefusal } from '../../tasks/a2a-errors.js';
import { StorageError } from '../../tasks/storage/storage-error.js';
import { callerOf, isLegacyContext } from '../a2a/caller.js';
import type { NumberedEvents, NumberedRequestHandler } from '../a2a/numbered-event.js';
import { checkScope } from '../access/operation-scopes.js';
import { toLegacyError } from './legacy-errors.js';
import { checkExtensions } from './required-extensions.js';

type Handler = NumberedRequestHandler;
type Request<Operation extends keyof Handler> = Parameters<Handler[Operation]>[0];
type Result<Operation extends keyof Handler> = ReturnType<Handler[Operation]>;

/** The operations that need a scope. */
type Operation = Parameters<typeof checkScope>[1];

/**
 * Wraps a request handler so that it executes an operation only for a caller who has its scope, and throws errors of the protocol only: the SDK's transports send the text of every error.
 * Any other error is logged under an incident number, and the caller receives the number. In protocol 0.3, errors are of the
 * classes whose stable code the SDK sends.
 */
export class GuardedHandler implements NumberedRequestHandler {
  readonly #handler: Handler;
  readonly #logger: Logger;

  constructor(handler: Handler, logger: Logger) {
    this.#handler = handler;
    this.#logger = logger;
  }

  getAgentCard(): Result<'getAgentCard'> {
    return this.#told('getAgentCard', undefined, () => this.#handler.getAgentCard());
  }

  getAuthenticatedExtendedAgentCard(
    request: Request<'getAuthenticatedExtendedAgentCard'>,
    context: ServerCallContext,
  ): Result<'getAuthenticatedExtendedAgentCard'> {
    return this.#guard('getAuthenticatedExtendedAgentCard', request, context, () =>
      this.#handler.getAuthenticatedExtendedAgentCard(request, context),
    );
  }

  sendMessage(request: Request<'sendMessage'>, context: ServerCallContext): Result<'sendMessage'> {
    return this.#guard('sendMessage', request, context, () => this.#handler.sendMessage(request, context));
  }

  sendMessageStream(request: Request<'sendMessageStream'>, context: ServerCallContext): Result<'sendMessageStream'> {
    return this.#guardStream('sendMessageStream', request, context, this.#handler.sendMessageStream(request, context));
  }

  getTask(request: Request<'getTask'>, context: ServerCallContext): Result<'getTask'> {
    return this.#guard('getTask', request, context, () => this.#handler.getTask(request, context));
  }

  listTasks(request: Request<'listTasks'>, context: ServerCallContext): Result<'listTasks'> {
    return this.#guard('listTasks', request, context, () => this.#handler.listTasks(request, context));
  }

  cancelTask(request: Request<'cancelTask'>, context: ServerCallContext): Result<'cancelTask'> {
    return this.#guard('cancelTask', request, context, () => this.#handler.cancelTask(request, context));
  }

  resubscribe(request: Request<'resubscribe'>, context: ServerCallContext): Result<'resubscribe'> {
    return this.#guardStream('resubscribe', request, context, this.#handler.resubscribe(request, context));
  }

  createTaskPushNotificationConfig(
    request: Request<'createTaskPushNotificationConfig'>,
    context: ServerCallContext,
  ): Result<'createTaskPushNotificationConfig'> {
    return this.#guard('createTaskPushNotificationConfig', request, context, () =>
      this.#handler.createTaskPushNotificationConfig(request, context),
    );
  }

  getTaskPushNotificationConfig(
    request: Request<'getTaskPushNotificationConfig'>,
    context: ServerCallContext,
  ): Result<'getTaskPushNotificationConfig'> {
    return this.#guard('getTaskPushNotificationConfig', request, context, () =>
      this.#handler.getTaskPushNotificationConfig(request, context),
    );
  }

  listTaskPushNotificationConfigs(
    request: Request<'listTaskPushNotificationConfigs'>,
    context: ServerCallContext,
  ): Result<'listTaskPushNotificationConfigs'> {
    return this.#guard('listTaskPushNotificationConfigs', request, context, () =>
      this.#handler.listTaskPushNotificationConfigs(request, context),
    );
  }

  deleteTaskPushNotificationConfig(
    request: Request<'deleteTaskPushNotificationConfig'>,
    context: ServerCallContext,
  ): Result<'deleteTaskPushNotificationConfig'> {
    return this.#guard('deleteTaskPushNotificationConfig', request, context, () =>
      this.#handler.deleteTaskPushNotificationConfig(request, context),
    );
  }

  #guard<Answer>(
    operation: Operation,
    request: unknown,
    context: ServerCallContext,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    return this.#told(operation, context, () => {
      this.#check(operation, context, request);
      return call();
    });
  }

  #check(operation: Operation, context: ServerCallContext, request: unknown): void {
    const caller = callerOf(context);
    checkScope(caller.scopes, operation);
    checkExtensions(caller.extensions, operation, request);
  }

  async #told<Answer>(
    operation: string,
    context: ServerCallContext | undefined,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      throw this.#toProtocolError(error, operation, context);
    }
  }

  async *#guardStream(
    operation: Operation,
    request: unknown,
    context: ServerCallContext,
    events: NumberedEvents,
  ): NumberedEvents {
    try {
      this.#check(operation, context, request);
      yield* events;
    } catch (error) {
      throw this.#toProtocolError(error, operation, context);
    }
  }

  #toProtocolError(error: unknown, operation: string, context: ServerCallContext | undefined): A2AError {
    const told = this.#toA2AError(error, operation);
    return context !== undefined && isLegacyContext(context) ? toLegacyError(told) : told;
  }

  #toA2AError(error: unknown, operation: string): A2AError {
    if (isA2AError(error)) return error;
    // The log has reported the failure of the storage once, when it began.
    if (StorageError.is(error)) return storageRefusal(error.code);
    const incident = crypto.randomUUID();
    this.#logger.error('a request failed', { operation, incident, error });
    return internal(incident);
  }
}
