import type { Attributes } from '@opentelemetry/api';
import type { TurnInput } from '../../tasks/turn-input.js';
import { ATTRIBUTES, INVOKE_AGENT } from '../../telemetry/tracing/attributes.js';

/** Span attributes that all turns of a workspace share. */
export interface TurnIdentityAttributes {
  readonly agentName: string;
  /** The adapter's name. */
  readonly engine: string;
}

/** Attributes of a turn's spans, by OpenTelemetry's conventions for generative AI. */
export function turnAttributes(identity: TurnIdentityAttributes, input: TurnInput): Attributes {
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

/** `provider:name`; without a provider the whole value is the name. */
function splitModel(model: string): [provider: string | undefined, name: string] {
  const colon = model.indexOf(':');
  return colon > 0 ? [model.slice(0, colon), model.slice(colon + 1)] : [undefined, model];
}
