import { TaskState } from '@a2a-js/sdk';
import {
  type AuthRequiredEvent,
  type FinishEvent,
  type InputRequiredEvent,
  type JsonValue,
  type RejectEvent,
  requestsOf,
  type TurnEnd,
} from '@molecule/adapters';
import type { TaskFailureCode } from '../../support/error-codes.js';
import { agentMessage, dataPart, type EventTarget, statusEvent, textPart } from '../../tasks/events/a2a-events.js';
import { ERROR_CODE_KEY } from '../../tasks/events/outcome-metadata.js';
import { promptOf, questionEvent } from '../../tasks/events/question-event.js';
import type { TaskEvent } from '../../tasks/events/task-event.js';
import type { TurnEnding } from '../../tasks/log/task-writer.js';
import { pendingInput } from '../../tasks/open-question.js';

/** Code of a task that its agent does not do. */
const TASK_REJECTED = 'TASK_REJECTED' satisfies TaskFailureCode;

type Metadata = Readonly<Record<string, JsonValue>>;

/** The end of a turn without an answer: the last status, and what is stored with it. */
export interface QuietEnding extends TurnEnding {
  readonly status: TaskEvent;
}

/** @param metadata of the last status */
export function endingOf(target: EventTarget, event: Exclude<TurnEnd, FinishEvent>, metadata: Metadata): QuietEnding {
  switch (event.type) {
    case 'input-required':
      return asking(target, event, metadata);
    case 'auth-required':
      return authorizing(target, event, metadata);
    case 'reject':
      return rejecting(target, event, metadata);
  }
}

function asking(target: EventTarget, event: InputRequiredEvent, metadata: Metadata): QuietEnding {
  const requests = requestsOf(event);
  const pending = pendingInput(requests);
  return {
    status: questionEvent(target, requests, metadata),
    result: { kind: 'input-required', prompt: promptOf(requests) },
    ...(pending && { pending }),
  };
}

/** The result is that of a question: also an older version of the runtime, beside this one, then waits for an answer. */
function authorizing(target: EventTarget, event: AuthRequiredEvent, metadata: Metadata): QuietEnding {
  const { type: _type, prompt, requestId, ...where } = event;
  const details = { requestId, request: 'auth', ...where } as Metadata;
  const message = agentMessage(target, [textPart(prompt), dataPart(details)]);
  return {
    status: statusEvent(target, TaskState.TASK_STATE_AUTH_REQUIRED, { message, metadata }),
    result: { kind: 'input-required', prompt },
    pending: { requestId, request: 'auth', choices: [] },
  };
}

function rejecting(target: EventTarget, { reason }: RejectEvent, usage: Metadata): QuietEnding {
  const metadata = { ...usage, [ERROR_CODE_KEY]: TASK_REJECTED };
  const message = agentMessage(target, [textPart(reason)], { [ERROR_CODE_KEY]: TASK_REJECTED });
  return {
    status: statusEvent(target, TaskState.TASK_STATE_REJECTED, { message, metadata }),
    result: { kind: 'failed', code: TASK_REJECTED, message: reason },
  };
}
