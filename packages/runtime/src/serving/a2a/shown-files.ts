import { buffer } from 'node:stream/consumers';
import { type Message, type Part, Role, type Task } from '@a2a-js/sdk';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { type StoredFile, storedFileAt } from '../../tasks/blobs/stored-file.js';
import type { Caller } from './caller.js';
import type { NumberedEvent, NumberedEvents } from './numbered-event.js';

/** Bytes of files that a list may hold itself. */
const MOST_LIST_BYTES = 8 * 1024 * 1024;

/** Who reads what is shown. */
type Reader = Pick<Caller, 'files'>;

export interface ShownFilesOptions {
  readonly blobs: Blobs;
  /** A larger file is shown by URL to every caller. */
  readonly inlineBytes: number;
  /** The URL at which clients reach the server, without a trailing slash. Called after the server listens. */
  readonly url: () => string;
}

/**
 * Shows the stored files of a task to a caller: inside of the answer (`raw`), or by their URL on this server if the caller accepts
 * URLs or the file is large. What a caller has sent itself is shown by URL, so that no answer repeats it.
 */
export class ShownFiles {
  readonly #options: ShownFilesOptions;

  constructor(options: ShownFilesOptions) {
    this.#options = options;
  }

  async task(task: Task, caller: Reader): Promise<Task> {
    if (!hasFiles(task)) return task;
    const { status, history, artifacts } = task;
    return {
      ...task,
      status: status?.message ? { ...status, message: await this.message(status.message, task.id, caller) } : status,
      history: await Promise.all(history.map((message) => this.message(message, task.id, caller))),
      artifacts: await Promise.all(
        artifacts.map(async (artifact) => ({ ...artifact, parts: await this.#parts(artifact.parts, task.id, caller) })),
      ),
    };
  }

  /** The tasks of one list. Once their files are {@link MOST_LIST_BYTES} together, the files of the others are shown by URL. */
  async tasks(tasks: readonly Task[], caller: Reader): Promise<Task[]> {
    const byUrl: Reader = { files: { ...caller.files, acceptsUrls: true } };
    const shown: Task[] = [];
    let bytes = 0;
    for (const task of tasks) {
      bytes += answerBytes(task);
      shown.push(await this.task(task, bytes > MOST_LIST_BYTES ? byUrl : caller));
    }
    return shown;
  }

  async message(message: Message, taskId: string, caller: Reader): Promise<Message> {
    if (!message.parts.some(isStored)) return message;
    const isOwn = message.role === Role.ROLE_USER;
    return { ...message, parts: await this.#parts(message.parts, taskId, caller, isOwn) };
  }

  async *events(events: NumberedEvents, caller: Reader): NumberedEvents {
    for await (const event of events) yield namesFiles(event) ? await this.#event(event, caller) : event;
  }

  async #event({ seq, payload }: NumberedEvent, caller: Reader): Promise<NumberedEvent> {
    if (payload?.$case === 'task') {
      return { seq, payload: { $case: 'task', value: await this.task(payload.value, caller) } };
    }
    if (payload?.$case === 'statusUpdate' && payload.value.status?.message) {
      const { value } = payload;
      const message = await this.message(payload.value.status.message, value.taskId, caller);
      const status = { ...payload.value.status, message };
      return { seq, payload: { $case: 'statusUpdate', value: { ...value, status } } };
    }
    if (payload?.$case !== 'artifactUpdate' || !payload.value.artifact) return { seq, payload };
    const { artifact, ...value } = payload.value;
    const parts = await this.#parts(artifact.parts, value.taskId, caller);
    return { seq, payload: { $case: 'artifactUpdate', value: { ...value, artifact: { ...artifact, parts } } } };
  }

  #parts(parts: readonly Part[], taskId: string, caller: Reader, byUrl = caller.files.acceptsUrls): Promise<Part[]> {
    return Promise.all(parts.map((part) => this.#part(part, taskId, caller, byUrl)));
  }

  async #part(part: Part, taskId: string, caller: Reader, byUrl: boolean): Promise<Part> {
    const file = fileOf(part);
    if (!file) return part;
    const { blobs, inlineBytes, url } = this.#options;
    if (byUrl || file.bytes > inlineBytes || (await blobs.size(file.digest)) !== file.bytes) {
      return {
        ...part,
        content: { $case: 'url', value: `${url()}/files/${encodeURIComponent(taskId)}/${file.digest}` },
      };
    }
    return { ...part, content: { $case: 'raw', value: await inlineOf(blobs, file, caller) } };
  }
}

/** The bytes, or what stands for them until the transport writes them. */
async function inlineOf(blobs: Blobs, { digest, bytes }: StoredFile, { files }: Reader): Promise<Buffer> {
  const read = () => blobs.read(digest);
  return Buffer.from((await files.placeholderFor?.({ bytes, read })) ?? (await buffer(read())));
}

function answerBytes({ artifacts }: Task): number {
  return artifacts.flatMap(({ parts }) => parts).reduce((sum, part) => sum + (fileOf(part)?.bytes ?? 0), 0);
}

function namesFiles({ payload }: NumberedEvent): boolean {
  if (payload?.$case === 'task') return hasFiles(payload.value);
  if (payload?.$case === 'statusUpdate') return (payload.value.status?.message?.parts ?? []).some(isStored);
  return payload?.$case === 'artifactUpdate' && (payload.value.artifact?.parts ?? []).some(isStored);
}

function hasFiles({ status, history, artifacts }: Task): boolean {
  return [...history, ...artifacts, ...(status?.message ? [status.message] : [])].some(({ parts }) =>
    parts.some(isStored),
  );
}

function isStored(part: Part): boolean {
  return fileOf(part) !== undefined;
}

function fileOf({ content }: Part): StoredFile | undefined {
  return content?.$case === 'url' ? storedFileAt(content.value) : undefined;
}
