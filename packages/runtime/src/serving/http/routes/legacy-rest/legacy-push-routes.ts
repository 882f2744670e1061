import type { ServerCallContext } from '@a2a-js/sdk/server';
import type { Request, RequestHandler, Response, Router } from 'express';
import { isObject } from '../../../../support/is-object.js';
import type { Json } from '../../../sdk/json.js';
import type { LegacyRestTransport } from '../../../sdk/legacy-rest-transport.js';
import { sendAnswer } from '../../answers/send-answer.js';
import { taskIdIn } from '../rest-query.js';

type Handle = (request: Request, response: Response, context: ServerCallContext) => Promise<void>;

const CONFIGS = '/v1/tasks/:taskId/pushNotificationConfigs';

/** The operations on push notification configurations in the form of protocol buffers, which 0.3 has in REST. */
export function addLegacyPushRoutes(
  router: Router,
  transport: LegacyRestTransport,
  route: (handle: Handle) => RequestHandler,
): void {
  router.post(
    CONFIGS,
    route(async (request, response, context) => {
      const taskId = taskIdIn(request);
      const config = await transport.setPushConfig(taskId, configIn(request.body), context);
      sendAnswer(request, response, named(config));
    }),
  );
  router.get(
    CONFIGS,
    route(async (request, response, context) => {
      const configs = await transport.pushConfigs(taskIdIn(request), context);
      sendAnswer(request, response, { configs: configs.map(named) });
    }),
  );
  router.get(
    `${CONFIGS}/:configId`,
    route(async (request, response, context) => {
      const config = await transport.pushConfig(taskIdIn(request), String(request.params['configId']), context);
      sendAnswer(request, response, named(config));
    }),
  );
  router.delete(
    `${CONFIGS}/:configId`,
    route(async (request, response, context) => {
      await transport.deletePushConfig(taskIdIn(request), String(request.params['configId']), context);
      sendAnswer(request, response, {});
    }),
  );
}

/** Python sends a request that holds the configuration and its id; JavaScript sends the configuration. */
function configIn(body: unknown): Json {
  const request = json(body);
  const holder = isObject(request['config']) ? request['config'] : request;
  const config = json(holder['pushNotificationConfig'] ?? holder['push_notification_config']);
  const id = config['id'] ?? request['configId'] ?? request['config_id'];
  return { ...config, ...(id !== undefined && { id }) };
}

/** A configuration with its resource name. Python refuses fields that the protocol buffers do not have. */
function named(config: Json): Json {
  const { taskId, pushNotificationConfig } = config;
  const { id } = json(pushNotificationConfig);
  return { name: `tasks/${taskId}/pushNotificationConfigs/${id}`, pushNotificationConfig };
}

function json(value: unknown): Json {
  return isObject(value) ? value : {};
}
