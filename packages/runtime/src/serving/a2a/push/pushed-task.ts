import type { Task } from '@a2a-js/sdk';
import { STATUS_ONLY, type TaskParts } from '../../../tasks/log/chunk-rows.js';
import type { TaskReader } from '../../../tasks/log/task-reader.js';
import { withoutContent } from '../response-bound.js';
import type { ShownFiles } from '../shown-files.js';

export interface PushedTaskOptions {
  readonly read: TaskReader;
  readonly files: ShownFiles;
}

/** The receiver has sent the messages, or knows who has. */
const PARTS: TaskParts = { history: false, artifacts: true };

/** Receivers seldom accept longer requests, and many notifications may be under way. A larger task is sent without its artifacts. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Files are shown by URL, since they may be large. */
const BY_URL = { files: { acceptsUrls: true } } as const;

/** A task as a notification has it, without its history; undefined: it was deleted. */
export async function pushedTask({ read, files }: PushedTaskOptions, taskId: string): Promise<Task | undefined> {
  const bytes = await read.sizeOf(taskId, undefined, PARTS);
  if (bytes === undefined) return undefined;
  const fits = bytes <= MOST_BYTES;
  const record = await read.get(taskId, undefined, fits ? PARTS : STATUS_ONLY);
  return record && files.task(fits ? record.task : withoutContent(record.task), BY_URL);
}
