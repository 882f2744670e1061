import { setTimeout as sleep } from 'node:timers/promises';
import { type Outgoing, TURN_ENDS, textOf, type Wire, type WireTask } from '../wire.ts';
import { readEvents } from './read-events.ts';

/** A turn that has not ended by then counts as lost. */
const GIVE_UP_MS = 90_000;
const AGAIN_MS = 50;

/** A client that follows one task by the numbers of its events, at one replica at a time. */
export class Follower {
  taskId = '';
  contextId = '';
  state = '';
  /** Artifact id to text. */
  readonly texts = new Map<string, string>();
  /** Kinds of the engine's other events, such as `tool-call`. */
  readonly events = new Set<string>();
  readonly faults: string[] = [];
  /** Streams that broke off before the turn's end. */
  breaks = 0;
  /** When this client saw the end of the last turn, in milliseconds of the monotonic clock. */
  endedAt = 0;
  #url: string;
  /** The number of the last event. */
  #seq: number | undefined;
  #stream = new AbortController();
  #isClosed = false;

  constructor(url: string) {
    this.#url = url;
  }

  get text(): string {
    return [...this.texts.values()].join('');
  }

  get hasEnded(): boolean {
    return TURN_ENDS.test(this.state);
  }

  /** Sends a message, again until it is accepted, and follows its task until the turn has ended. */
  send(outgoing: Outgoing): Promise<void> {
    const { text, ...ids } = outgoing;
    this.state = '';
    const message = { role: 'ROLE_USER', parts: [{ text }], ...ids };
    return this.#until(() => this.#post('SendStreamingMessage', { message }));
  }

  /** Follows a task that another client has begun. */
  follow(taskId: string): Promise<void> {
    this.taskId = taskId;
    return this.#until(() => this.#subscribe());
  }

  /** Goes on at another replica, as a client does behind a balancer that takes the first one out. */
  moveTo(url: string): void {
    this.#url = url;
    this.#stream.abort();
  }

  /** Reads no further. */
  close(): void {
    this.#isClosed = true;
    this.#stream.abort();
  }

  cancel(url = this.#url): Promise<boolean> {
    return call(url, 'CancelTask', { id: this.taskId }).then(
      () => true,
      () => false,
    );
  }

  async #until(first: () => Promise<Response>): Promise<void> {
    const deadline = performance.now() + GIVE_UP_MS;
    while (!this.hasEnded && !this.#isClosed) {
      if (performance.now() > deadline)
        throw new Error(`task ${this.taskId} did not end: ${this.state || 'not accepted'}`);
      this.#stream = new AbortController();
      const expiry = setTimeout(() => this.#stream.abort(), deadline - performance.now());
      try {
        await this.#read(await (this.state === '' ? first() : this.#subscribe()));
      } catch {
        await sleep(AGAIN_MS);
      } finally {
        clearTimeout(expiry);
      }
      if (this.hasEnded) this.endedAt = performance.now();
      else this.breaks++;
    }
  }

  async #read(response: Response): Promise<void> {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { error } = (await response.json()) as { readonly error?: { readonly message: string } };
      // The task ended before this client came.
      if (this.taskId !== '' && /has ended/.test(error?.message ?? ''))
        this.#take(await taskOf(this.#url, this.taskId));
      else throw new Error(`refused: ${error?.message}`);
      return;
    }
    let isEmpty = true;
    for await (const { id, data } of readEvents(response)) {
      isEmpty = false;
      const { result, error } = JSON.parse(data) as { readonly result?: Wire; readonly error?: unknown };
      if (!result) throw new Error(`an error in the stream: ${JSON.stringify(error)}`);
      if (id !== undefined) this.#count(id, result.task !== undefined);
      this.#note(result);
      if (this.hasEnded) return;
    }
    // There is nothing after the last event of a task that has ended.
    if (isEmpty && this.#seq !== undefined) this.#take(await taskOf(this.#url, this.taskId));
  }

  /** A task stands for all events up to its number; an event has the number after the last one. */
  #count(seq: number, isTask: boolean): void {
    const last = this.#seq;
    if (last !== undefined && seq < (isTask ? last : last + 1))
      this.faults.push(`event ${seq} was sent after event ${last}`);
    if (last !== undefined && !isTask && seq > last + 1)
      this.faults.push(`no event between ${last} and ${seq} was sent`);
    if (last === undefined && !isTask) this.faults.push(`the first event of the stream is no task, but event ${seq}`);
    this.#seq = seq;
  }

  #note({ task, statusUpdate, artifactUpdate }: Wire): void {
    if (task) this.#take(task);
    if (statusUpdate) {
      this.state = statusUpdate.status.state;
      const type = statusUpdate.metadata?.['molecule.event']?.type;
      if (type !== undefined) this.events.add(type);
    }
    if (!artifactUpdate) return;
    const { artifactId, parts } = artifactUpdate.artifact;
    const before = this.texts.get(artifactId) ?? '';
    const [text, append] = [textOf(parts), artifactUpdate.append === true];
    const isReset = artifactUpdate.metadata?.['molecule.reset'] === true;
    if (!append && !text.startsWith(before) && !isReset)
      this.faults.push(`the text of ${artifactId} was replaced without a reset`);
    this.texts.set(artifactId, append ? before + text : text);
  }

  #take(task: WireTask): void {
    if (this.taskId !== '' && task.id !== this.taskId) this.faults.push(`the task's id changed to ${task.id}`);
    this.taskId = task.id;
    this.contextId = task.contextId;
    this.state = task.status.state;
    for (const { artifactId, parts } of task.artifacts ?? []) this.texts.set(artifactId, textOf(parts));
  }

  #subscribe(): Promise<Response> {
    return this.#post('SubscribeToTask', { id: this.taskId });
  }

  #post(method: string, params: object): Promise<Response> {
    const from = this.#seq === undefined || method !== 'SubscribeToTask' ? {} : { 'Last-Event-ID': String(this.#seq) };
    return post(this.#url, method, params, this.#stream.signal, from);
  }
}

/** The task as a replica shows it. */
export function taskOf(url: string, id: string): Promise<WireTask> {
  return call(url, 'GetTask', { id }) as Promise<WireTask>;
}

/** The text of a task's artifacts. */
export function textOfTask({ artifacts = [] }: WireTask): string {
  return artifacts.map(({ parts }) => textOf(parts)).join('');
}

async function call(url: string, method: string, params: object): Promise<unknown> {
  const response = await post(url, method, params, AbortSignal.timeout(30_000));
  const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
  if (result === undefined) throw new Error(`${method} was refused: ${JSON.stringify(error)}`);
  return result;
}

function post(url: string, method: string, params: object, signal: AbortSignal, headers = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'A2A-Version': '1.0', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal,
  });
}
