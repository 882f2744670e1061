import type { Part, Task } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { answerOf, begin, cancelTask, getTask, send, sending, stateOf, text } from '../../support/a2a-client.js';
import { play } from '../../support/play-adapter.js';
import { StreamReader } from '../../support/reader.js';

const OVER = ['completed', 'failed', 'canceled', 'input_required'];

/** What a server has told its clients. */
export class Told {
  /** Ids of accepted tasks. */
  readonly accepted = new Set<string>();
  /** The state and the answer of tasks whose turn has ended. */
  readonly ended = new Map<string, string>();
  /** The bytes of files that were sent with accepted tasks. */
  readonly files = new Map<string, Buffer>();

  /** Notes what a client has received of a task. */
  note(task: Task): void {
    this.accepted.add(task.id);
    if (OVER.includes(stateOf(task))) this.ended.set(task.id, endOf(task));
  }

  /** What a later server says otherwise. */
  async lostIn(client: Client): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const id of this.accepted) {
      const found = await getTask(client, id).catch(() => undefined);
      const [end, file] = [this.ended.get(id), this.files.get(id)];
      if (!found) lost.push(`${id} is gone`);
      else if (end !== undefined && endOf(found) !== end) lost.push(`${id} was ${end} and is ${endOf(found)}`);
      else if (file && !(await fileOf(found)).equals(file)) lost.push(`${id} has lost its file`);
    }
    return lost;
  }
}

/** What was sent with a task is shown by its URL. */
async function fileOf(task: Task): Promise<Buffer> {
  const contents = task.history.flatMap(({ parts }) => parts.map(({ content }) => content));
  const url = contents.find((content) => content?.$case === 'url')?.value;
  return url === undefined ? Buffer.alloc(0) : Buffer.from(await (await fetch(url)).arrayBuffer());
}

function raw(value: Buffer): Part {
  return { content: { $case: 'raw', value }, mediaType: 'application/octet-stream', filename: '', metadata: undefined };
}

function endOf(task: Task): string {
  return `${stateOf(task)} ${answerOf(task)}`;
}

export type Use = (client: Client, told: Told, count: number) => Promise<void>;

/** The ways in which a client is told of a task. */
export const USES: Readonly<Record<string, Use>> = {
  'the answer to a blocking message': async (client, told, count) => told.note(await send(client, `echo ${count}`)),
  polls: async (client, told, count) => {
    const task = await begin(client, play({ wait: count % 7 }, { say: `begun ${count}` }));
    told.note(task);
    // Polls may see an end before any stream or answer.
    for (let poll = 0; poll < 5; poll++) told.note(await getTask(client, task.id));
  },
  streams: async (client, told, count) => {
    const reader = new StreamReader();
    for await (const event of client.sendMessageStream(sending(play({ stream: 3, everyMs: 1 }, { say: `${count}` })))) {
      reader.read(event);
      told.note(reader.task);
    }
  },
  acceptances: async (client, told) => told.note(await begin(client, play({ gate: 'never' }))),
  cancels: async (client, told) => {
    const task = await begin(client, play({ gate: 'never' }));
    told.note(task);
    told.note(await cancelTask(client, task.id));
  },
  // Some of the files are the same and come at once.
  files: async (client, told, count) => {
    const file = Buffer.alloc(20_000 + (count % 5), count);
    const task = await begin(client, '', { parts: [text('echo it'), raw(file)] });
    told.files.set(task.id, file);
    told.note(task);
  },
  questions: async (client, told) => told.note(await send(client, play({ say: 'so ' }, { ask: 'which?' }))),
  lists: async (client, told) => {
    await send(client, 'listed');
    for (const task of (await client.listTasks({ ...LIST })).tasks) told.note(task);
  },
};

const LIST = {
  tenant: '',
  contextId: '',
  status: 0,
  pageSize: 20,
  pageToken: '',
  historyLength: 0,
  statusTimestampAfter: undefined,
  includeArtifacts: true,
};

/** Uses the server until it is gone. */
export async function useUntilGone(
  client: Client,
  told: Told,
  uses: readonly Use[],
  random: () => number,
): Promise<void> {
  for (let count = 0; ; count++) {
    try {
      await uses[Math.floor(random() * uses.length)]?.(client, told, count);
    } catch {
      return;
    }
  }
}
