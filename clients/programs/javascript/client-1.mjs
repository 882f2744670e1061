// Plays every operation with the official JavaScript client, current version.
import { Role, TaskState } from '@a2a-js/sdk';
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
  return { name, streaming: capabilities.streaming, scheme: scheme?.httpAuthSecurityScheme?.scheme.toLowerCase() };
}

async function connect(url, over, token) {
  const fetchImpl = token ? withToken(token) : fetch;
  const found = await new DefaultAgentCardResolver({ fetchImpl }).resolve(url);
  const supportedInterfaces = found.supportedInterfaces.filter(
    ({ protocolBinding, protocolVersion }) => `${protocolBinding} ${protocolVersion}` === over,
  );
  const options = { fetchImpl, legacyCompat: { enabled: over.endsWith('0.3') } };
  const transports = [
    new JsonRpcTransportFactory(options),
    new RestTransportFactory(options),
    new GrpcTransportFactory(options),
  ];
  const client = await new ClientFactory({ transports }).createFromAgentCard({ ...found, supportedInterfaces });
  // Over gRPC a header is metadata, for which the transport has service parameters.
  const call = token && over.startsWith('GRPC') ? { serviceParameters: { authorization: `Bearer ${token}` } } : {};
  return {
    send: async (message) => taskFrom(await client.sendMessage(request(message), call)),
    stream: (message) => events(client.sendMessageStream(request(message))),
    get: async (id) => taskFrom(await client.getTask({ tenant: '', id, historyLength: 10 })),
    cancel: async (id) => taskFrom(await client.cancelTask({ tenant: '', id, metadata: undefined })),
    subscribe: (id) => events(client.resubscribeTask({ tenant: '', id })),
    extendedCard: () => client.getAgentCard(call),
    setPush: ({ scheme, credentials, ...config }) =>
      client.createTaskPushNotificationConfig({ tenant: '', ...config, authentication: { scheme, credentials } }),
    getPush: (taskId, id) => client.getTaskPushNotificationConfig({ tenant: '', taskId, id }),
    listPush: async (taskId) => {
      const page = await client.listTaskPushNotificationConfig({ tenant: '', taskId, pageSize: 0, pageToken: '' });
      return page.configs;
    },
    deletePush: (taskId, id) => client.deleteTaskPushNotificationConfig({ tenant: '', taskId, id }),
    ...(over.endsWith('1.0') && {
      list: async (contextId, pageSize, pageToken) => {
        const { tasks, totalSize, nextPageToken } = await client.listTasks({
          tenant: '',
          contextId,
          pageSize,
          pageToken,
          status: TaskState.TASK_STATE_UNSPECIFIED,
          historyLength: undefined,
          statusTimestampAfter: undefined,
          includeArtifacts: undefined,
        });
        return { tasks, total: totalSize, next: nextPageToken };
      },
    }),
  };
}

/** `RequestMalformedError` is the client's name for invalid parameters. */
function errorOf(error) {
  const name = error.constructor.name.replace(/^(JsonRpc|Rest|Grpc)/, '').replace(/Error$/, '');
  return name === 'RequestMalformed' ? 'InvalidParams' : name || byCode(error.message);
}

function request({ parts, taskId = '', contextId = '', blocking = true }) {
  return {
    tenant: '',
    message: {
      messageId: crypto.randomUUID(),
      contextId,
      taskId,
      role: Role.ROLE_USER,
      parts: parts.map(partTo),
      metadata: undefined,
      extensions: [],
      referenceTaskIds: [],
    },
    configuration: {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      historyLength: undefined,
      returnImmediately: !blocking,
    },
    metadata: undefined,
  };
}

function partTo({ text, file }) {
  const content = file ? { $case: 'raw', value: file.bytes } : { $case: 'text', value: text };
  return { content, mediaType: file?.mediaType ?? '', filename: file?.name ?? '', metadata: undefined };
}

function partFrom({ content, mediaType, filename }) {
  if (content?.$case === 'text') return { text: content.value };
  return { file: { name: filename, mediaType, bytes: content?.value } };
}

async function* events(stream) {
  for await (const { payload } of stream) {
    const { $case, value } = payload;
    if ($case === 'task') yield { task: taskFrom(value) };
    else if ($case === 'artifactUpdate') yield { artifact: artifactFrom(value.artifact), append: value.append };
    else if ($case === 'statusUpdate') yield { state: stateOf(value.status), prompt: promptOf(value.status) };
    else throw new TypeError(`an event of kind ${$case}`);
  }
}

function taskFrom({ id, contextId, status, artifacts, history }) {
  const [first] = history;
  return {
    id,
    contextId,
    state: stateOf(status),
    prompt: promptOf(status),
    asked: first && partFrom(first.parts[0]).text,
    artifacts: artifacts.map(artifactFrom),
  };
}

function artifactFrom({ artifactId, parts }) {
  return { id: artifactId, parts: parts.map(partFrom) };
}

function stateOf({ state }) {
  return TaskState[state].replace('TASK_STATE_', '').toLowerCase().replace('_', '-');
}

function promptOf({ message }) {
  return (message?.parts ?? []).map((part) => partFrom(part).text ?? '').join('');
}
