import { TaskState } from '@a2a-js/sdk';
import type { JsonObject, JsonValue } from '@molecule/adapters';
import type { PendingRequest } from '../turn-result.js';
import { agentMessage, dataPart, type EventTarget, statusEvent, textPart } from './a2a-events.js';
import type { TaskEvent } from './task-event.js';

/** The requests as text for a person. */
export function promptOf(requests: readonly PendingRequest[]): string {
  const [first] = requests;
  if (requests.length === 1 && first) return first.prompt;
  return requests.map(({ prompt }, index) => `${index + 1}. ${prompt}`).join('\n');
}

/**
 * The status of a task that waits for answers: the prompts as text, and for programs the first request, with all of them in `requests` if
 * there are several.
 *
 * @param metadata of the status
 */
export function questionEvent(
  target: EventTarget,
  requests: readonly PendingRequest[],
  metadata?: Readonly<Record<string, JsonValue>>,
): TaskEvent {
  const [first = {}, ...others] = requests.map(detailsOf);
  const details = others.length === 0 ? first : { ...first, requests: requests.map(fullDetailsOf) };
  const message = agentMessage(target, [textPart(promptOf(requests)), dataPart(details)]);
  return statusEvent(target, TaskState.TASK_STATE_INPUT_REQUIRED, { message, ...(metadata && { metadata }) });
}

/** Without its prompt, which is the text of the message. */
function detailsOf({ prompt: _prompt, choices = [], ...request }: PendingRequest): JsonObject {
  const { requestId, request: kind, tool, schema, expiresAt, otherwise } = request;
  return {
    requestId,
    request: kind,
    choices: choices.map((choice) => ({ ...choice })),
    ...(tool && { tool: { ...tool } }),
    ...(schema && { schema }),
    ...(expiresAt && { expiresAt }),
    ...(otherwise && { otherwise: { ...otherwise } }),
  };
}

function fullDetailsOf(request: PendingRequest): JsonObject {
  return { ...detailsOf(request), prompt: request.prompt };
}
