import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES, INVOKE_AGENT } from '../tracing/attributes.js';
import type { TaskInput } from './task-input.js';

/** What is the same for all turns of a workspace. */
export interface TurnIdentityAttributes {
  readonly agentName: string;
  /** The adapter's name. */
  readonly engine: string;
}

/** What a turn's spans tell of it, in OpenTelemetry's words for generative AI. */
export function turnAttributes(identity: TurnIdentityAttributes, input: TaskInput): Attributes {
  const [provider, model] = splitModel(input.model);
  return {
    [ATTRIBUTES.operationName]: INVOKE_AGENT,
    [ATTRIBUTES.agentName]: identity.agentName,
    [ATTRIBUTES.agentId]: input.workspaceId,
    [ATTRIBUTES.workspaceId]: input.workspaceId,
    [ATTRIBUTES.engine]: identity.engine,
    [ATTRIBUTES.conversationId]: input.contextId,
    [ATTRIBUTES.taskId]: input.taskId,
    [ATTRIBUTES.messageId]: input.messageId,
    ...(provider !== undefined && { [ATTRIBUTES.providerName]: provider }),
    ...(model !== '' && { [ATTRIBUTES.requestModel]: model }),
  };
}

/** `provider:name`; without a provider all of it is the name. */
function splitModel(model: string): [provider: string | undefined, name: string] {
  const colon = model.indexOf(':');
  return colon > 0 ? [model.slice(0, colon), model.slice(colon + 1)] : [undefined, model];
}
