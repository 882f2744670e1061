import { SpanKind } from '@opentelemetry/api';

/** The spans of a task, named after its stages. */
export const SPAN_NAMES = {
  taskReceive: 'task_receive',
  llmCall: 'llm_call',
  taskComplete: 'task_complete',
} as const;

export type SpanName = (typeof SPAN_NAMES)[keyof typeof SPAN_NAMES];

/** The kind of each span: the runtime serves the first, and calls a model in the second. */
export const SPAN_KINDS: Readonly<Record<SpanName, SpanKind>> = {
  task_receive: SpanKind.SERVER,
  llm_call: SpanKind.CLIENT,
  task_complete: SpanKind.INTERNAL,
};

/** Attribute names: OpenTelemetry's conventions for generative AI where one exists, else our own. */
export const ATTRIBUTES = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  conversationId: 'gen_ai.conversation.id',
  agentName: 'gen_ai.agent.name',
  agentId: 'gen_ai.agent.id',
  errorType: 'error.type',
  taskId: 'molecule.task.id',
  messageId: 'molecule.message.id',
  taskState: 'molecule.task.state',
  attempt: 'molecule.turn.attempt',
  engine: 'molecule.engine',
  workspaceId: 'molecule.workspace.id',
} as const;

/** The operation of a turn's span, by the conventions. */
export const INVOKE_AGENT = 'invoke_agent';
