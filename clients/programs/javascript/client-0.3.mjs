// Plays every operation with the official JavaScript client of protocol version 0.3.
import {
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc';
import { byCode, playAll, withToken } from './report.mjs';

await playAll({ card, connect, errorOf });

async function card(url) {
  const { name, capabilities, securitySchemes } = await new DefaultAgentCardResolver().resolve(url);
  const [scheme] = Object.values(securitySchemes ?? {});
  return { name, streaming: capabilities.streaming, scheme: scheme?.scheme.toLowerCase() };
}

async function connect(url, over, token) {
  const fetchImpl = token ? withToken(token) : fetch;
  const found = await new DefaultAgentCardResolver({ fetchImpl }).resolve(url);
  const [binding] = over.split(' ');
  const factory = new ClientFactory({
    transports: [
      new JsonRpcTransportFactory({ fetchImpl }),
      new RestTransportFactory({ fetchImpl }),
      new GrpcTransportFactory(),
    ],
    preferredTransports: [binding],
  });
  const client = await factory.createFromAgentCard(found);
  // Over gRPC a header is metadata, for which the transport has service parameters.
  const call = token && binding === 'GRPC' ? { serviceParameters: { authorization: `Bearer ${token}` } } : {};
  return {
    send: async (message) => taskFrom(await client.sendMessage(request(message), call)),
    stream: (message) => events(client.sendMessageStream(request(message))),
    get: async (id) => taskFrom(await client.getTask({ id, historyLength: 10 })),
    cancel: async (id) => taskFrom(await client.cancelTask({ id })),
    subscribe: (id) => events(client.resubscribeTask({ id })),
    extendedCard: () => client.getAgentCard(call),
    setPush: ({ taskId, id, url, token: secret, scheme, credentials }) =>
      client.setTaskPushNotificationConfig({
        taskId,
        pushNotificationConfig: { id, url, token: secret, authentication: { schemes: [scheme], credentials } },
      }),
    getPush: async (id, pushNotificationConfigId) =>
      (await client.getTaskPushNotificationConfig({ id, pushNotificationConfigId })).pushNotificationConfig,
    listPush: async (id) =>
      (await client.listTaskPushNotificationConfig({ id })).map((config) => config.pushNotificationConfig),
    deletePush: (id, pushNotificationConfigId) =>
      client.deleteTaskPushNotificationConfig({ id, pushNotificationConfigId }),
  };
}

/** Errors of other types than those of the protocol have its code in their response or their text. */
function errorOf(error) {
  const name = error.constructor.name.replace(/(JSONRPC)?(Transport)?Error$/, '');
  return name || byCode(`${error.errorResponse?.error?.code ?? error.message}`);
}

function request({ parts, taskId, contextId, blocking = true }) {
  return {
    message: {
      kind: 'message',
      messageId: crypto.randomUUID(),
      role: 'user',
      parts: parts.map(partTo),
      ...(taskId && { taskId }),
      ...(contextId && { contextId }),
    },
    configuration: { blocking },
  };
}

function partTo({ text, file }) {
  if (!file) return { kind: 'text', text };
  const { name, mediaType: mimeType, bytes } = file;
  return { kind: 'file', file: { name, mimeType, bytes: bytes.toString('base64') } };
}

function partFrom({ kind, text, file }) {
  if (kind === 'text') return { text };
  if (kind === 'data') return {};
  return { file: { name: file.name, mediaType: file.mimeType, bytes: Buffer.from(file.bytes, 'base64') } };
}

async function* events(stream) {
  for await (const event of stream) {
    if (event.kind === 'task') yield { task: taskFrom(event) };
    else if (event.kind === 'artifact-update') yield { artifact: artifactFrom(event.artifact), append: event.append };
    else if (event.kind === 'status-update') yield { state: event.status.state, prompt: promptOf(event.status) };
    else throw new TypeError(`an event of kind ${event.kind}`);
  }
}

function taskFrom({ id, contextId, status, artifacts = [], history = [] }) {
  const [first] = history;
  return {
    id,
    contextId,
    state: status.state,
    prompt: promptOf(status),
    asked: first && partFrom(first.parts[0]).text,
    artifacts: artifacts.map(artifactFrom),
  };
}

function artifactFrom({ artifactId, parts }) {
  return { id: artifactId, parts: parts.map(partFrom) };
}

function promptOf({ message }) {
  return (message?.parts ?? []).map((part) => partFrom(part).text ?? '').join('');
}
