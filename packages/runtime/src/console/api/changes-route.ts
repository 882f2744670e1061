import type { RequestHandler } from 'express';
import { EventStream, type StreamedEvent } from '../../serving/http/answers/event-stream.js';
import { HttpClientStream } from '../../serving/http/connections/http-client-stream.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { ChangeHub } from '../live/change-hub.js';
import { ChangeStream } from '../live/change-stream.js';
import { readCursor, type StreamCursor, writeCursor } from '../live/cursor.js';
import type { OpenStreams } from '../live/open-streams.js';
import { followTask } from '../live/task-follower.js';
import type { EventJson } from './event-json.js';
import { countsJson } from './list-routes.js';
import { visibleTask } from './one-task.js';
import { numberIn, textIn } from './query.js';
import { viewerRoute } from './route.js';
import { taskJson } from './task-json.js';
import { ownerIn } from './viewer.js';

const AFTER = { least: 0, most: Number.MAX_SAFE_INTEGER, absent: 0 };

export interface ChangesRouteOptions {
  readonly log: TaskLog;
  readonly hub: ChangeHub;
  readonly json: EventJson;
  readonly streams: OpenStreams;
}

/** `GET changes`: the stream of a whole page. With `task`, the events of that task are in it, too. */
export function changesRoute({ log, hub, json, streams }: ChangesRouteOptions): RequestHandler {
  return viewerRoute(async (request, response, viewer) => {
    const owner = ownerIn(request.query, viewer);
    const named = textIn(request.query, 'task');
    const task = named === undefined ? undefined : (await visibleTask(log.overview, named, viewer)).taskId;
    const after = numberIn(request.query, 'after', AFTER);
    const cursor = readCursor(request.header('last-event-id'));
    const client = new HttpClientStream(request, response);
    const stream = new EventStream(response);
    const opened = streams.open(client.signal);
    const known = cursor !== undefined && cursor.task === task ? (cursor.seq ?? 0) : 0;
    const position = { change: 0, seq: Math.max(after, known) };
    const place = (): StreamCursor => ({
      hub: hub.id,
      change: position.change,
      ...(task !== undefined && { task, seq: position.seq }),
    });
    // The changes and the events of the task come at the same time: one event is written after the other.
    let written = Promise.resolve();
    const send = (event: StreamedEvent, moved: Partial<typeof position>): Promise<void> => {
      written = written.then(async () => {
        Object.assign(position, moved);
        await stream.write({ ...event, id: writeCursor(place()) });
        await client.drained();
      });
      return written;
    };
    const changes = new ChangeStream({
      hub,
      owner,
      after: cursor?.hub === hub.id ? cursor.change : undefined,
      stream: opened,
      taskJson,
      countsJson,
      send: (event, change) => send(event, { change }),
    });
    const follow = async (taskId: string) => {
      const followed = { taskId, after: position.seq, signal: opened.signal };
      const state = await followTask(log, followed, async (event) => {
        await send({ name: 'event', json: await json.of(event) }, { seq: event.seq });
      });
      if (state !== undefined) await send({ name: 'end', data: { id: taskId, state } }, {});
    };
    try {
      await Promise.all([changes.run(), task === undefined ? undefined : follow(task)]);
    } finally {
      opened.close();
      stream.end();
    }
  });
}
