import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { until } from '@molecule/runtime/testing';

/** Receives push notifications at any path below its URL, and tells what came to a path. */
export interface PushReceiver extends AsyncDisposable {
  /** `POST` to a path takes a notification. `GET` of it waits for the end of the task and returns a {@link Received}. */
  readonly url: string;
}

/** What came to a path. */
interface Received {
  /** The protocol version of the notifications; several, if they differ. */
  readonly version: string;
  readonly token: string;
  readonly authorization: string;
  /** The states, each once, in the order in which they came. */
  readonly states: readonly string[];
  /** The text of the task that came last. */
  readonly text: string;
}

interface Status {
  readonly state: string;
}

interface Task {
  readonly status: Status;
  readonly artifacts?: readonly { readonly parts: readonly { readonly text?: string }[] }[];
}

/** In 1.0 one of the two; in 0.3 the task itself. */
type Body = Task | { readonly task?: Task; readonly statusUpdate?: { readonly status: Status } };

interface Notification {
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** For what lies between an answer and its notification on a busy machine. */
const LIMIT_MS = 20_000;

export async function startPushReceiver(): Promise<PushReceiver> {
  const byPath = new Map<string, Notification[]>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const notifications = byPath.get(path) ?? [];
    const end = (status: number, words = '') => response.writeHead(status).end(words);
    if (request.method === 'POST') {
      json(request).then(
        (body) => {
          byPath.set(path, [...(byPath.get(path) ?? notifications), { headers: request.headers, body: body as Body }]);
          end(204);
        },
        (error: unknown) => end(400, String(error)),
      );
      return;
    }
    until(`the end of a task at ${path}`, () => hasEnd(byPath.get(path) ?? []), LIMIT_MS).then(
      () => end(200, JSON.stringify(received(byPath.get(path) ?? []))),
      (error: unknown) => end(404, `${error}, but ${JSON.stringify(byPath.get(path) ?? [])}`),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function hasEnd(notifications: readonly Notification[]): boolean {
  return notifications.some(({ body }) => taskOf(body)?.status.state.toLowerCase().endsWith('completed'));
}

function received(notifications: readonly Notification[]): Received {
  const header = (name: string) => [...new Set(notifications.map(({ headers }) => String(headers[name])))].join(', ');
  const last = notifications.map(({ body }) => taskOf(body)).findLast((task) => task !== undefined);
  const parts = last?.artifacts?.flatMap(({ parts }) => parts) ?? [];
  return {
    version: header('a2a-version'),
    token: header('x-a2a-notification-token'),
    authorization: header('authorization'),
    states: [...new Set(notifications.map(({ body }) => stateOf(body)))],
    text: parts.map(({ text = '' }) => text).join(''),
  };
}

function taskOf(body: Body): Task | undefined {
  return 'status' in body ? body : body.task;
}

/** The state in the words of 0.3. */
function stateOf(body: Body): string {
  const status = taskOf(body)?.status ?? ('statusUpdate' in body ? body.statusUpdate?.status : undefined);
  return (status?.state ?? 'none').replace('TASK_STATE_', '').toLowerCase().replaceAll('_', '-');
}
