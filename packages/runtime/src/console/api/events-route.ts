import type { Request, RequestHandler, Response } from 'express';
import { EventStream, type StreamedEvent } from '../../serving/http/answers/event-stream.js';
import { HttpClientStream } from '../../serving/http/connections/http-client-stream.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { OpenStreams } from '../live/open-streams.js';
import { followTask } from '../live/task-follower.js';
import type { EventJson } from './event-json.js';
import { visibleTask } from './one-task.js';
import { numberIn } from './query.js';
import { viewerRoute } from './route.js';

const AFTER = { least: 0, most: Number.MAX_SAFE_INTEGER, absent: 0 };
const LIMIT = { least: 1, most: 2_000, absent: 2_000 };

export interface EventsRouteOptions {
  readonly log: TaskLog;
  readonly json: EventJson;
  readonly streams: OpenStreams;
}

/** `GET tasks/:id/events`: a page of a task's events, or all of them as a stream, over all turns of the task. */
export function eventsRoute(options: EventsRouteOptions): RequestHandler {
  const { log, json } = options;
  return viewerRoute(async (request, response, viewer) => {
    const { taskId } = await visibleTask(log.overview, String(request.params['id']), viewer);
    const after = numberIn(request.query, 'after', AFTER);
    if (request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream') {
      return streamEvents(options, { taskId, after }, request, response);
    }
    const page = await log.overview.events(taskId, after, numberIn(request.query, 'limit', LIMIT));
    const { complete } = await log.overview.eventRange(taskId);
    response.type('json').send(`{"events":${await json.all(page.events)},"more":${page.more},"complete":${complete}}`);
  });
}

/** Ends with the event `end` when the task has ended. */
async function streamEvents(
  { log, json, streams }: EventsRouteOptions,
  { taskId, after }: { readonly taskId: string; readonly after: number },
  request: Request,
  response: Response,
): Promise<void> {
  const client = new HttpClientStream(request, response);
  const stream = new EventStream(response);
  const opened = streams.open(client.signal);
  const send = async (event: StreamedEvent) => {
    await stream.write(event);
    await client.drained();
  };
  try {
    const from = Math.max(after, client.lastEventId ?? 0);
    const state = await followTask(log, { taskId, after: from, signal: opened.signal }, async (event) => {
      await send({ seq: event.seq, name: 'event', json: await json.of(event) });
    });
    if (state !== undefined) await send({ name: 'end', data: { state } });
  } finally {
    opened.close();
    stream.end();
  }
}
