import type { Artifact, Message, Part, Task } from '@a2a-js/sdk';
import { responseTooLarge } from '../../tasks/a2a-errors.js';

/** Metadata key of a task that is shown without its history and artifacts because it would be too large: `true`. */
const OMITTED_KEY = 'molecule.contentOmitted';

/** Bounds the JSON of an answer, so that the server can build it and clients can read it. Files do not count. */
export class ResponseBound {
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * @param bytes about the size of the task's JSON
   * @throws {UnsupportedOperationError} with code `RESPONSE_TOO_LARGE`
   */
  check(taskId: string, bytes: number): void {
    if (bytes <= this.#mostBytes) return;
    throw responseTooLarge(
      `Task ${taskId} is stored, but an answer with it would have some ${bytes} bytes of JSON, and this server sends ${this.#mostBytes} (MOLECULE_MAX_RESPONSE). Leave parts of it out: send historyLength 0, and no includeArtifacts in a list. If the artifacts alone are too large, ask the operator for a larger bound. A stream from the beginning of a task sends them in pieces.`,
    );
  }

  /** The same for a task at hand. */
  checkTask(task: Task): Task {
    this.check(task.id, weightOf(task));
    return task;
  }

  fits(bytes: number): boolean {
    return bytes <= this.#mostBytes;
  }
}

/** Marks a task as shown without its history and artifacts. */
export function withoutContent(task: Task): Task {
  return { ...task, history: [], artifacts: [], metadata: { ...task.metadata, [OMITTED_KEY]: true } };
}

/** About how many bytes the JSON of a task has. */
function weightOf({ status, history, artifacts }: Task): number {
  const holders: readonly (Message | Artifact)[] = [
    ...history,
    ...artifacts,
    ...(status?.message ? [status.message] : []),
  ];
  return holders.reduce((sum, { parts }) => sum + parts.reduce((all, part) => all + weightOfPart(part), 0), 0);
}

function weightOfPart({ content, metadata }: Part): number {
  const extra = metadata === undefined ? 0 : JSON.stringify(metadata).length;
  if (content?.$case === 'text' || content?.$case === 'url') return content.value.length + extra;
  // Base64 has four characters for three bytes.
  if (content?.$case === 'raw') return (content.value.byteLength * 4) / 3 + extra;
  return JSON.stringify(content?.value ?? null).length + extra;
}
