import type { Task } from '@a2a-js/sdk';
import { LegacyRestTransportHandler } from '@a2a-js/sdk/compat/v0_3/server';
import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { NumberedRequestHandler } from '../a2a/numbered-event.js';
import { finalAtQuestion } from './final-at-question.js';
import type { Json, NumberedStream } from './json.js';
import { legacyErrorType } from './legacy-error-type.js';
import { openNumbered, partialHandler } from './numbered-stream.js';
import { type RestRefusal, toRestRefusal } from './refusals.js';

type PushParameters = Parameters<LegacyRestTransportHandler['setTaskPushNotificationConfig']>[0];
type SendParameters = Parameters<LegacyRestTransportHandler['sendMessage']>[0];

/**
 * REST of protocol 0.3, free of HTTP: translates requests for the request handler, and its answers to the JSON of 0.3. The SDK
 * checks the parameters that it is given, so they are typed only here.
 */
export class LegacyRestTransport {
  readonly #handler: NumberedRequestHandler;
  readonly #transport: LegacyRestTransportHandler;

  constructor(handler: NumberedRequestHandler) {
    this.#handler = handler;
    this.#transport = new LegacyRestTransportHandler(handler);
  }

  /** A task or a message. */
  async sendMessage(parameters: Json, context: ServerCallContext): Promise<Json> {
    return toJson(await this.#transport.sendMessage(parameters as unknown as SendParameters, context));
  }

  sendMessageStream(parameters: Json, context: ServerCallContext): Promise<NumberedStream> {
    return this.#open((transport) => transport.sendMessageStream(parameters as unknown as SendParameters, context));
  }

  resubscribe(taskId: string, context: ServerCallContext): Promise<NumberedStream> {
    return this.#open((transport) => transport.resubscribe(taskId, context));
  }

  async getTask(taskId: string, historyLength: unknown, context: ServerCallContext): Promise<Json> {
    return toJson(await this.#transport.getTask(taskId, context, historyLength));
  }

  async cancelTask(taskId: string, context: ServerCallContext): Promise<Json> {
    return toJson(await this.#transport.cancelTask(taskId, context));
  }

  /** A configuration of push notifications, made for a task. */
  async setPushConfig(taskId: string, pushNotificationConfig: Json, context: ServerCallContext): Promise<Json> {
    const config = { taskId, pushNotificationConfig } as unknown as PushParameters;
    return toJson(await this.#transport.setTaskPushNotificationConfig(config, context));
  }

  async pushConfigs(taskId: string, context: ServerCallContext): Promise<readonly Json[]> {
    return (await this.#transport.listTaskPushNotificationConfigs(taskId, context)).map(toJson);
  }

  async pushConfig(taskId: string, id: string, context: ServerCallContext): Promise<Json> {
    return toJson(await this.#transport.getTaskPushNotificationConfig(taskId, id, context));
  }

  async deletePushConfig(taskId: string, id: string, context: ServerCallContext): Promise<void> {
    await this.#transport.deleteTaskPushNotificationConfig(taskId, id, context);
  }

  /** A task in the JSON of 0.3. The SDK exports no translation of a task but that of its handler's answers. */
  async taskJson(task: Task, context: ServerCallContext): Promise<Json> {
    const transport = new LegacyRestTransportHandler(partialHandler({ getTask: async () => task }));
    return toJson(await transport.getTask(task.id, context));
  }

  async #open(open: (transport: LegacyRestTransportHandler) => Promise<object>): Promise<NumberedStream> {
    const stream = await openNumbered(this.#handler, (handler) => open(new LegacyRestTransportHandler(handler)));
    return finalAtQuestion(stream as NumberedStream);
  }
}

/** An error in all shapes that clients of 0.3 read: JavaScript's and Python's at the top, Go's in `error`. */
export function toLegacyRestRefusal(error: unknown): RestRefusal {
  const { status, body } = toRestRefusal(error);
  return { status, body: { ...legacyErrorJson(error), ...body } };
}

export function legacyErrorJson(error: unknown): Json {
  const { code, ...rest } = LegacyRestTransportHandler.mapToLegacyHTTPError(error);
  return { code, ...legacyErrorType(code), ...rest };
}

function toJson(value: object): Json {
  return value as Json;
}
