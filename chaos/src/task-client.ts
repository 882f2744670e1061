import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, Role, type StreamResponse, type Task, TaskState } from '@a2a-js/sdk';
import { type Client, ClientFactory } from '@a2a-js/sdk/client';

const TURN_ENDS = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_REJECTED,
  TaskState.TASK_STATE_INPUT_REQUIRED,
  TaskState.TASK_STATE_AUTH_REQUIRED,
]);

/** What a client has received of a task, put together by the protocol's rules alone. */
export interface Seen {
  taskId: string;
  contextId: string;
  state: TaskState;
  /** Artifact id to text. */
  readonly texts: Map<string, string>;
  /** Kinds of the engine's other events, such as `tool-call`. */
  readonly events: Set<string>;
  /** Such as text that was replaced without a reset. */
  readonly faults: string[];
}

/** The A2A SDK's client, which follows a task and reconnects after each break of the connection. */
export class TaskClient {
  readonly #url: string;
  #client: Client | undefined;
  readonly seen: Seen = {
    taskId: '',
    contextId: '',
    state: TaskState.TASK_STATE_UNSPECIFIED,
    texts: new Map(),
    events: new Set(),
    faults: [],
  };

  constructor(url: string) {
    this.#url = url;
  }

  /** Streams a message, and subscribes to its task again and again until the turn has ended. */
  async send(text: string, messageId: string): Promise<Seen> {
    const message = makeMessage(text, messageId, this.seen);
    this.seen.state = TaskState.TASK_STATE_UNSPECIFIED;
    return this.#until(async (client) =>
      client.sendMessageStream({ message, configuration: undefined, metadata: undefined, tenant: '' }),
    );
  }

  async cancel(): Promise<TaskState> {
    const client = await this.#connect();
    const task = await client.cancelTask({ id: this.seen.taskId, tenant: '', metadata: undefined });
    return task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  }

  async get(): Promise<Task> {
    const client = await this.#connect();
    return client.getTask({ id: this.seen.taskId, tenant: '' });
  }

  get ended(): boolean {
    return TURN_ENDS.has(this.seen.state);
  }

  async #until(first: (client: Client) => Promise<AsyncGenerator<StreamResponse>>): Promise<Seen> {
    const deadline = Date.now() + 90_000;
    let known = false;
    while (!this.ended) {
      if (Date.now() > deadline) throw new Error(`Task ${this.seen.taskId} did not end: ${TaskState[this.seen.state]}`);
      try {
        const client = await this.#connect();
        const stream = known ? client.resubscribeTask({ id: this.seen.taskId, tenant: '' }) : await first(client);
        for await (const event of stream) {
          this.#note(event);
          known = this.seen.taskId !== '';
          if (this.ended) break;
        }
        if (known && !this.ended) this.#noteTask(await this.get());
      } catch (error) {
        // The server is down; or the task ended before the reconnection, and its state is read instead.
        if (known && /terminal|is over|subscribe/i.test((error as Error).message)) this.#noteTask(await this.get());
        else await sleep(50);
        this.#client = undefined;
      }
    }
    return this.seen;
  }

  async #connect(): Promise<Client> {
    this.#client ??= await new ClientFactory().createFromUrl(this.#url);
    return this.#client;
  }

  #note({ payload }: StreamResponse): void {
    if (payload?.$case === 'task') this.#noteTask(payload.value);
    if (payload?.$case === 'statusUpdate') {
      this.seen.state = payload.value.status?.state ?? this.seen.state;
      const { type } = (payload.value.metadata?.['molecule.event'] ?? {}) as { readonly type?: string };
      if (type !== undefined) this.seen.events.add(type);
    }
    if (payload?.$case === 'artifactUpdate' && payload.value.artifact) {
      const { artifactId, parts } = payload.value.artifact;
      const text = textOf(parts);
      const before = this.seen.texts.get(artifactId) ?? '';
      const voided = payload.value.metadata?.['molecule.reset'] === true;
      if (!payload.value.append && !text.startsWith(before) && !voided) {
        this.seen.faults.push(`the text of ${artifactId} was replaced without a reset`);
      }
      this.seen.texts.set(artifactId, payload.value.append ? before + text : text);
    }
  }

  #noteTask(task: Task): void {
    if (this.seen.taskId !== '' && task.id !== this.seen.taskId)
      this.seen.faults.push(`the task's id changed to ${task.id}`);
    this.seen.taskId = task.id;
    this.seen.contextId = task.contextId;
    this.seen.state = task.status?.state ?? this.seen.state;
    for (const { artifactId, parts } of task.artifacts) this.seen.texts.set(artifactId, textOf(parts));
  }
}

function textOf(parts: readonly { content?: { $case: string; value: unknown } | undefined }[]): string {
  return parts.map(({ content }) => (content?.$case === 'text' ? String(content.value) : '')).join('');
}

function makeMessage(text: string, messageId: string, { taskId, contextId }: Seen): Message {
  return {
    messageId,
    taskId,
    contextId,
    role: Role.ROLE_USER,
    parts: [{ content: { $case: 'text', value: text }, mediaType: '', filename: '', metadata: undefined }],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}
