import { setTimeout as sleep } from 'node:timers/promises';
import { readEvents } from '../replicas/read-events.ts';
import { type Outgoing, TURN_ENDS, textOf, type Wire, type WireTask } from '../wire.ts';

const CONNECT_AGAIN_MS = 100;
/** A task that has not ended by then counts as failed. */
const GIVE_UP_MS = 180_000;

/** What became of a message. */
export interface Followed {
  taskId: string;
  contextId: string;
  state: string;
  readonly texts: Map<string, string>;
  /** The longest time without an event, in milliseconds, from the first try on. */
  longestWaitMs: number;
  /** When that began, in milliseconds since 1970. */
  waitedFrom: number;
  /** Answers 503 or 429. */
  refusals: number;
  /** Connections that broke, or were refused. */
  breaks: number;
  /** What went wrong during the longest wait. */
  waitedFor: readonly string[];
  /** What went wrong since the last event. */
  trouble: string[];
}

/**
 * A client that does what docs/deployment.md advises: it sends a message again with the same `messageId` until it has its task, after
 * `Retry-After` if it was refused, and subscribes again with `Last-Event-ID` when its stream breaks.
 */
export class PatientClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Streams a message until its turn has ended. `onEvent` is called after each event. */
  async stream(outgoing: Outgoing, onEvent: (seen: Followed) => void = () => {}): Promise<Followed> {
    const seen = newFollowed(outgoing);
    let lastEventId: string | undefined;
    const note = pacer(seen);
    while (!TURN_ENDS.test(seen.state)) {
      const known = seen.taskId !== '' && seen.state !== '';
      const request = () =>
        known
          ? this.#post('SubscribeToTask', { id: seen.taskId }, lastEventId)
          : this.#post('SendStreamingMessage', { message: messageOf(outgoing) });
      await this.#attempt(seen, request, async (response) => {
        if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
          const { error } = (await response.json()) as { readonly error?: { readonly message: string } };
          if (known && /has ended|nothing to subscribe/.test(error?.message ?? ''))
            apply(seen, { task: await this.task(seen.taskId) });
          else throw new Error(`refused: ${JSON.stringify(error)}`);
          return;
        }
        for await (const { id, data } of readEvents(response)) {
          const { result } = JSON.parse(data) as { readonly result?: Wire };
          if (!result) throw new Error(`an error in the stream: ${data}`);
          lastEventId = id === undefined ? lastEventId : String(id);
          note();
          apply(seen, result);
          onEvent(seen);
          if (TURN_ENDS.test(seen.state)) return;
        }
        throw new Error('the stream ended before the turn');
      });
    }
    note();
    return seen;
  }

  /** Sends a message and waits for the answer in one request. */
  async block(outgoing: Outgoing): Promise<Followed> {
    const seen = newFollowed(outgoing);
    const note = pacer(seen);
    while (!TURN_ENDS.test(seen.state)) {
      const request = () => this.#post('SendMessage', { message: messageOf(outgoing) });
      await this.#attempt(seen, request, async (response) => {
        const { result, error } = (await response.json()) as { readonly result?: Wire; readonly error?: unknown };
        if (!result?.task) throw new Error(`refused: ${JSON.stringify(error)}`);
        apply(seen, result);
      });
    }
    note();
    return seen;
  }

  async cancel(id: string): Promise<void> {
    const seen = newFollowed({ text: '', messageId: '' });
    let isDone = false;
    while (!isDone) {
      await this.#attempt(
        seen,
        () => this.#post('CancelTask', { id }),
        async (response) => {
          await response.json();
          isDone = true;
        },
      );
    }
  }

  async task(id: string): Promise<WireTask> {
    const response = await this.#post('GetTask', { id });
    return ((await response.json()) as { readonly result: WireTask }).result;
  }

  /** The number of tasks that the agent has. */
  async total(): Promise<number> {
    const response = await this.#post('ListTasks', { pageSize: 1 });
    return ((await response.json()) as { readonly result: { readonly totalSize: number } }).result.totalSize;
  }

  /** One try. If it fails, waits until the next one. */
  async #attempt(
    seen: Followed,
    request: () => Promise<Response>,
    read: (response: Response) => Promise<void>,
  ): Promise<void> {
    if (performance.now() - begunAt(seen) > GIVE_UP_MS) {
      seen.state = 'GIVEN_UP_FAILED';
      return;
    }
    try {
      const response = await request();
      if (response.status !== 503 && response.status !== 429) return await read(response);
      await response.text();
      seen.refusals++;
      seen.trouble.push(`status ${response.status}`);
      await sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
    } catch (error) {
      seen.breaks++;
      const { message, cause } = error as Error;
      seen.trouble.push(`${message} ${(cause as Error | undefined)?.message ?? ''}`);
      await sleep(CONNECT_AGAIN_MS);
    }
  }

  #post(method: string, params: object, lastEventId?: string): Promise<Response> {
    return fetch(this.#url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'A2A-Version': '1.0',
        ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  }
}

const begun = new WeakMap<Followed, number>();

function begunAt(seen: Followed): number {
  return begun.get(seen) ?? 0;
}

function newFollowed({ taskId = '', contextId = '' }: Outgoing): Followed {
  const seen = {
    taskId,
    contextId,
    state: '',
    texts: new Map<string, string>(),
    longestWaitMs: 0,
    waitedFrom: 0,
    refusals: 0,
    breaks: 0,
    waitedFor: [],
    trouble: [],
  };
  begun.set(seen, performance.now());
  return seen;
}

/** Notes the time since the event before. */
function pacer(seen: Followed): () => void {
  let at = begunAt(seen);
  return () => {
    const now = performance.now();
    if (now - at > seen.longestWaitMs) {
      seen.longestWaitMs = now - at;
      seen.waitedFor = seen.trouble;
      seen.waitedFrom = Date.now() - seen.longestWaitMs;
    }
    at = now;
    seen.trouble = [];
  };
}

function apply(seen: Followed, { task, statusUpdate, artifactUpdate }: Wire): void {
  if (task) {
    seen.taskId = task.id;
    seen.contextId = task.contextId;
    seen.state = task.status.state;
    for (const { artifactId, parts } of task.artifacts ?? []) seen.texts.set(artifactId, textOf(parts));
  }
  if (statusUpdate) seen.state = statusUpdate.status.state;
  if (artifactUpdate) {
    const { artifact, append } = artifactUpdate;
    const before = append === true ? (seen.texts.get(artifact.artifactId) ?? '') : '';
    seen.texts.set(artifact.artifactId, before + textOf(artifact.parts));
  }
}

function messageOf({ text, messageId, contextId, taskId }: Outgoing): object {
  return { messageId, role: 'ROLE_USER', parts: [{ text }], contextId, taskId };
}
