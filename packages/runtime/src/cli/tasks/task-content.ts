import { StreamResponse, Task } from '@a2a-js/sdk';
import type { LoggedEvent } from '../../tasks/events/task-event.js';
import type { NamedFile } from '../../tasks/log/blob-rows.js';
import type { TaskSummary } from '../../tasks/log/operator-view.js';
import type { TaskRecord } from '../../tasks/log/records.js';
import type { TaskStore } from '../../tasks/task-store.js';
import { summaryJson } from './summary-json.js';

/** A stored file of a task; `bytes` is absent if the file was deleted. */
export interface ExportedFile extends NamedFile {
  readonly bytes?: number;
}

/** Everything that the store holds of one task, except the bytes of its files. */
export interface TaskContent {
  readonly record: TaskRecord;
  readonly messages: readonly string[];
  readonly events: readonly LoggedEvent[];
  readonly files: readonly ExportedFile[];
}

/** Undefined: the task was deleted meanwhile. */
export async function readContent({ log, blobs }: TaskStore, id: string): Promise<TaskContent | undefined> {
  const record = await log.read.get(id);
  if (!record) return undefined;
  const events: LoggedEvent[] = [];
  for (let seq = 0; ; seq = events.at(-1)?.seq ?? seq) {
    const page = await log.read.eventsAfter(id, seq);
    if (page.length === 0) break;
    events.push(...page);
  }
  const files: ExportedFile[] = [];
  for (const file of await log.operator.files(id)) {
    const bytes = await blobs.size(file.digest);
    files.push(bytes === undefined ? file : { ...file, bytes });
  }
  return { record, messages: await log.operator.messages(id), events, files };
}

/** The content as JSON, without the files. */
export function contentJson(summary: TaskSummary, { record, messages, events }: TaskContent) {
  return {
    ...summaryJson(summary),
    durable: record.durable,
    messageIds: messages,
    task: Task.toJSON(record.task),
    events: events.map(({ seq, event }) => ({ seq, event: StreamResponse.toJSON({ payload: event }) })),
  };
}
