import { StreamResponse, type Task } from '@a2a-js/sdk';
import { fold } from './fold.js';
import { restoreNullData } from './null-data.js';

type Entry = NonNullable<StreamResponse['payload']>;

/** A chunk as JSON: a list of A2A StreamResponses. `task` is the task before its first event, `message` a caller's message. */
export function chunkToJson(entries: readonly Entry[]): string {
  return JSON.stringify(entries.map((payload) => StreamResponse.toJSON({ payload })));
}

/** Folds a chunk into a task, in place. */
export function foldChunk(task: Task, json: string): void {
  for (const written of JSON.parse(json) as readonly Readonly<Record<string, unknown>>[]) {
    const { payload } = StreamResponse.fromJSON(written);
    if (!payload)
      throw new TypeError(`The task log holds a chunk with an entry of an unknown kind: ${json.slice(0, 80)}`);
    if (payload.$case === 'task') {
      restoreNullData(payload.value.history, (written['task'] as { readonly history?: unknown }).history ?? []);
      Object.assign(task, { ...payload.value, artifacts: task.artifacts });
    } else if (payload.$case === 'message') {
      restoreNullData([payload.value], [written['message']]);
      task.history.push(payload.value);
    } else fold(task, payload);
  }
}

/** A task to fold chunks and events into. */
export function emptyTask(id: string, contextId: string): Task {
  return { id, contextId, status: undefined, artifacts: [], history: [], metadata: undefined };
}
