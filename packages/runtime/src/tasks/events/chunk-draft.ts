import {
  type Artifact,
  type Message,
  type StreamResponse,
  type Task,
  type TaskArtifactUpdateEvent,
  TaskState,
  type TaskStatus,
  type TaskStatusUpdateEvent,
} from '@a2a-js/sdk';
import { chunkToJson } from './chunk.js';
import { appendParts } from './fold.js';
import { outcomeKeysIn } from './outcome-metadata.js';
import { isProgress } from './progress-line.js';
import type { TaskEvent } from './task-event.js';

type Entry = NonNullable<StreamResponse['payload']>;

/**
 * Events on their way into a chunk of a task. Folding the chunk has the effect of folding the events: text that was appended to
 * an artifact becomes one update, an artifact that was replaced only has its last content, and a status without a message that
 * another one follows is left out. So a chunk weighs what the events add to the task, and not what they weigh themselves.
 */
export class ChunkDraft {
  /** By artifact id, in the order in which the task gets them. */
  readonly #artifacts = new Map<string, TaskArtifactUpdateEvent & { readonly artifact: Artifact }>();
  readonly #history: Entry[] = [];

  /** The first chunk of a task: its state before any event. */
  static first(task: Task): ChunkDraft {
    const draft = new ChunkDraft();
    draft.#history.push({ $case: 'task', value: { ...task, artifacts: [] } });
    for (const artifact of task.artifacts) {
      const value = { taskId: task.id, contextId: task.contextId, artifact, append: false, lastChunk: false };
      draft.#addArtifact({ ...value, metadata: undefined });
    }
    return draft;
  }

  add(event: TaskEvent): void {
    if (event.$case === 'statusUpdate') this.#addStatus(event.value);
    else this.#addArtifact(event.value);
  }

  /** Adds a message of the caller, which follows the events before it in the history. */
  addMessage(message: Message): void {
    this.#history.push({ $case: 'message', value: message });
  }

  /** What changes the task's status and history, as JSON; undefined if nothing does. */
  history(): string | undefined {
    return this.#history.length === 0 ? undefined : chunkToJson(this.#history);
  }

  /** What changes the task's artifacts, as JSON; undefined if nothing does. */
  artifacts(): string | undefined {
    if (this.#artifacts.size === 0) return undefined;
    return chunkToJson([...this.#artifacts.values()].map((value) => ({ $case: 'artifactUpdate', value })));
  }

  #addStatus(update: TaskStatusUpdateEvent): void {
    // Folding uses the outcome in the metadata only.
    const metadata = pick(update.metadata, outcomeKeysIn(update.metadata));
    const entry: Entry = { $case: 'statusUpdate', value: { ...update, metadata } };
    const last = this.#history.at(-1);
    if (last?.$case === 'statusUpdate' && covers(entry.value, last.value)) this.#history.pop();
    this.#history.push(entry);
  }

  #addArtifact(update: TaskArtifactUpdateEvent): void {
    const { artifact } = update;
    if (!artifact) return;
    const known = this.#artifacts.get(artifact.artifactId);
    if (known && update.append) {
      appendParts(known.artifact, artifact.parts);
      return;
    }
    const own = { ...artifact, parts: [...artifact.parts] };
    this.#artifacts.set(artifact.artifactId, { ...update, artifact: own, metadata: undefined });
  }
}

/** True if nothing of the earlier status is left in a task once the later one is folded in. */
function covers(later: TaskStatusUpdateEvent, earlier: TaskStatusUpdateEvent): boolean {
  if (!later.status || !earlier.status) return false;
  if (keepsMessage(later.status) || keepsMessage(earlier.status)) return false;
  // A new turn begins with `submitted`, which removes the outcome of the turn before.
  const states = [later.status.state, earlier.status.state];
  if (states.includes(TaskState.TASK_STATE_SUBMITTED)) return false;
  const outcome = outcomeKeysIn(later.metadata);
  return outcomeKeysIn(earlier.metadata).every((key) => outcome.includes(key));
}

/** True if the status has a message that the task's history keeps. */
function keepsMessage({ message }: TaskStatus): boolean {
  return message !== undefined && !isProgress(message);
}

function pick(
  metadata: Readonly<Record<string, unknown>> | undefined,
  keys: readonly string[],
): Record<string, unknown> | undefined {
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, metadata?.[key]]));
}
