import type { Artifact, Message, Part, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk';
import { foldOutcome } from './outcome-metadata.js';
import { isProgress } from './progress-line.js';
import type { TaskEvent } from './task-event.js';

/** Applies an event to a task, in place. A task is its first state and every event, folded in order. */
export function fold(task: Task, event: TaskEvent): void {
  if (event.$case === 'statusUpdate') foldStatus(task, event.value);
  else foldArtifact(task, event.value);
}

/** Begins a task's next turn: the event moves the open question to the history, and the message that answers it follows there. */
export function foldAnswer(task: Task, event: TaskEvent, message: Message): void {
  fold(task, event);
  task.history.push(message);
}

/** A copy that later folds do not change. */
export function copyTask(task: Task): Task {
  return {
    ...task,
    artifacts: task.artifacts.map((artifact) => ({ ...artifact, parts: [...artifact.parts] })),
    history: [...task.history],
  };
}

function foldStatus(task: Task, update: TaskStatusUpdateEvent): void {
  // The message of the previous status becomes history, so that a question stays readable after its answer.
  const before = task.status?.message;
  if (before && !isProgress(before) && update.status && before.messageId !== update.status.message?.messageId)
    task.history.push(before);
  task.status = update.status;
  foldOutcome(task, update);
}

function foldArtifact(task: Task, update: TaskArtifactUpdateEvent): void {
  const { artifact } = update;
  if (!artifact) return;
  const index = task.artifacts.findIndex(({ artifactId }) => artifactId === artifact.artifactId);
  const known = task.artifacts[index];
  if (known && update.append) appendParts(known, artifact.parts);
  else if (known) task.artifacts[index] = { ...artifact, parts: [...artifact.parts] };
  else task.artifacts.push({ ...artifact, parts: [...artifact.parts] });
}

/** Adds parts to an artifact. Adjacent plain text becomes one part; otherwise a streamed answer would have thousands of parts. */
export function appendParts(artifact: Artifact, parts: readonly Part[]): void {
  for (const part of parts) {
    const last = artifact.parts.at(-1);
    if (last && isPlainText(last) && isPlainText(part) && last.mediaType === part.mediaType) {
      artifact.parts[artifact.parts.length - 1] = {
        ...last,
        content: { $case: 'text', value: last.content.value + part.content.value },
      };
    } else {
      artifact.parts.push(part);
    }
  }
}

function isPlainText(part: Part): part is Part & { content: { $case: 'text'; value: string } } {
  return part.content?.$case === 'text' && part.filename === '' && Object.keys(part.metadata ?? {}).length === 0;
}
