import {
  type AgentCard,
  type Message,
  type Part,
  Role,
  type SendMessageRequest,
  type StreamResponse,
  type Task,
  TaskState,
} from '@a2a-js/sdk';
import {
  type CallInterceptor,
  type Client,
  ClientFactory,
  createAuthenticatingFetchWithRetry,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { GrpcTransportFactory } from '@a2a-js/sdk/client/grpc';

export type Binding = 'JSONRPC' | 'HTTP+JSON' | 'GRPC';

/** The bindings and protocol versions of the server; many tests run once for each, on a server {@link WITH_GRPC}. */
export const BINDINGS: readonly { readonly binding: Binding; readonly version: string }[] = [
  { binding: 'JSONRPC', version: '1.0' },
  { binding: 'HTTP+JSON', version: '1.0' },
  { binding: 'GRPC', version: '1.0' },
  { binding: 'JSONRPC', version: '0.3' },
  { binding: 'HTTP+JSON', version: '0.3' },
  { binding: 'GRPC', version: '0.3' },
];

/** The environment of a server that serves every binding. */
export const WITH_GRPC = { MOLECULE_GRPC_PORT: '0' } as const;

export interface ClientOptions {
  readonly binding?: Binding;
  readonly version?: string;
  readonly token?: string;
}

/** The SDK's client, for one binding and version. */
export async function connect(url: string, options: ClientOptions = {}): Promise<Client> {
  const { binding = 'JSONRPC', version = '1.0', token } = options;
  const fetchImpl = token === undefined ? fetch : bearer(token);
  const card = await new DefaultAgentCardResolver({ fetchImpl }).resolve(url);
  const supportedInterfaces = card.supportedInterfaces.filter(
    ({ protocolBinding, protocolVersion }) => protocolBinding === binding && protocolVersion === version,
  );
  const legacyCompat = { enabled: version === '0.3' };
  const factory = new ClientFactory({
    // The client of gRPC has no `fetch` that could add it.
    ...(token !== undefined && binding === 'GRPC' && { clientConfig: { interceptors: [bearerMetadata(token)] } }),
    transports: [
      new GrpcTransportFactory({ legacyCompat }),
      new JsonRpcTransportFactory({ fetchImpl, legacyCompat }),
      new RestTransportFactory({ fetchImpl, legacyCompat }),
    ],
  });
  return factory.createFromAgentCard({ ...card, supportedInterfaces } satisfies AgentCard);
}

export interface MessageOptions {
  readonly messageId?: string;
  readonly contextId?: string;
  readonly taskId?: string;
  readonly metadata?: Record<string, unknown>;
  readonly parts?: Part[];
}

export function text(value: string): Part {
  return { content: { $case: 'text', value }, mediaType: '', filename: '', metadata: undefined };
}

export function data(value: unknown): Part {
  return { content: { $case: 'data', value }, mediaType: '', filename: '', metadata: undefined };
}

function message(value: string, options: MessageOptions = {}): Message {
  return {
    messageId: options.messageId ?? crypto.randomUUID(),
    contextId: options.contextId ?? '',
    taskId: options.taskId ?? '',
    role: Role.ROLE_USER,
    parts: options.parts ?? [text(value)],
    metadata: options.metadata,
    extensions: [],
    referenceTaskIds: [],
  };
}

export interface SendOptions extends MessageOptions {
  readonly returnImmediately?: boolean;
  readonly historyLength?: number;
}

/** A request to send a message, by default a blocking one. */
export function sending(value: string, options: SendOptions = {}): SendMessageRequest {
  return {
    tenant: '',
    message: message(value, options),
    configuration: {
      acceptedOutputModes: [],
      taskPushNotificationConfig: undefined,
      historyLength: options.historyLength,
      returnImmediately: options.returnImmediately ?? false,
    },
    metadata: undefined,
  };
}

/** Sends a message, by default a blocking one. */
export async function send(client: Client, value: string, options: SendOptions = {}): Promise<Task> {
  const result = await client.sendMessage(sending(value, options));
  if ('messageId' in result) throw new Error('The server answered with a message instead of a task.');
  return result;
}

/** Sends a message and returns while its task runs. */
export function begin(client: Client, value: string, options: SendOptions = {}): Promise<Task> {
  return send(client, value, { ...options, returnImmediately: true });
}

export function getTask(client: Client, taskId: string, historyLength?: number): Promise<Task> {
  return client.getTask({ tenant: '', id: taskId, historyLength });
}

export function cancelTask(client: Client, taskId: string): Promise<Task> {
  return client.cancelTask({ tenant: '', id: taskId, metadata: undefined });
}

export function subscribe(client: Client, taskId: string): AsyncGenerator<StreamResponse, void, undefined> {
  return client.resubscribeTask({ tenant: '', id: taskId });
}

/** The text of a task's answer: its `answer` artifacts, joined. */
export function answerOf(task: Task): string {
  return task.artifacts
    .filter(({ name }) => name === 'answer')
    .map(({ parts }) => textOf(parts))
    .join('|');
}

export function textOf(parts: readonly Part[]): string {
  return parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('');
}

export function stateOf(task: Task): string {
  return TaskState[task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED].replace('TASK_STATE_', '').toLowerCase();
}

/** The stable code of a failed task. */
export function failureOf(task: Task): unknown {
  return task.status?.message?.metadata?.['molecule.code'];
}

function bearerMetadata(token: string): CallInterceptor {
  return {
    before: async (call) => {
      const serviceParameters = { ...call.options?.serviceParameters, authorization: `Bearer ${token}` };
      call.options = { ...call.options, serviceParameters };
    },
    after: async () => undefined,
  };
}

function bearer(token: string): typeof fetch {
  return createAuthenticatingFetchWithRetry(fetch, {
    headers: async () => ({ Authorization: `Bearer ${token}` }),
    shouldRetryWithHeaders: async () => undefined,
  });
}
