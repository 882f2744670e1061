import type { ServerCallContext } from '@a2a-js/sdk/server';
import { HITL_EXTENSION } from '../../../tasks/events/hitl-extension.js';
import { callerOf } from '../caller.js';
import type { NumberedEvent, NumberedEvents, NumberedRequestHandler } from '../numbered-event.js';
import { statusWithHitl, taskWithHitl } from './hitl-request.js';

type Handler = NumberedRequestHandler;

/**
 * A request handler whose questions also say in the extension `hitl/v1` what is asked, for callers that ask for the extension.
 * The answers are read where those of all messages are: see `execution/answers`.
 */
export function withHitlExtension(handler: Handler): Handler {
  const own: Partial<Handler> = {
    async sendMessage(request, context) {
      const result = await handler.sendMessage(request, context);
      return isAsked(context) && 'status' in result ? taskWithHitl(result) : result;
    },
    async getTask(request, context) {
      const task = await handler.getTask(request, context);
      return isAsked(context) ? taskWithHitl(task) : task;
    },
    async listTasks(request, context) {
      const page = await handler.listTasks(request, context);
      return isAsked(context) ? { ...page, tasks: page.tasks.map(taskWithHitl) } : page;
    },
    sendMessageStream: (request, context) => shown(handler.sendMessageStream(request, context), context),
    resubscribe: (request, context) => shown(handler.resubscribe(request, context), context),
  };
  return new Proxy(handler, {
    get(target, name) {
      const changed = own[name as keyof Handler];
      if (changed) return changed;
      const found = Reflect.get(target, name) as unknown;
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}

function shown(events: NumberedEvents, context: ServerCallContext): NumberedEvents {
  return isAsked(context) ? shownEvents(events) : events;
}

async function* shownEvents(events: NumberedEvents): NumberedEvents {
  for await (const event of events) yield shownEvent(event);
}

function shownEvent(event: NumberedEvent): NumberedEvent {
  const { payload, seq } = event;
  if (payload?.$case === 'task') return { seq, payload: { $case: 'task', value: taskWithHitl(payload.value) } };
  if (payload?.$case !== 'statusUpdate' || !payload.value.status) return event;
  const status = statusWithHitl(payload.value.status);
  return status === payload.value.status
    ? event
    : { seq, payload: { $case: 'statusUpdate', value: { ...payload.value, status } } };
}

function isAsked(context: ServerCallContext): boolean {
  return callerOf(context).extensions.active.includes(HITL_EXTENSION);
}
