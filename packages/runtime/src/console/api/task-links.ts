import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskReader } from '../../tasks/log/task-reader.js';

/** Where more is known of a task. */
export interface TaskLinks {
  /** The history of its turns in Temporal. */
  readonly temporal?: string;
  /** The trace of its present turn. */
  readonly trace?: string;
}

export interface TaskLinksOptions {
  readonly read: Pick<TaskReader, 'input'>;
  /** Undefined: no web page of Temporal is known. */
  readonly historyUrl: (taskId: string) => string | undefined;
  /** A URL with `{traceId}`; undefined: no web page for traces is known. */
  readonly traceUrl: string | undefined;
}

/** Links to other web pages about a task. A task whose turn is not durable is not in Temporal. */
export async function taskLinks(
  { taskId, durable }: Pick<OverviewTask, 'taskId' | 'durable'>,
  { read, historyUrl, traceUrl }: TaskLinksOptions,
): Promise<TaskLinks> {
  const temporal = durable ? historyUrl(taskId) : undefined;
  const traceparent = traceUrl === undefined ? undefined : (await read.input(taskId))?.traceparent;
  const [, traceId] = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '') ?? [];
  return {
    ...(temporal !== undefined && { temporal }),
    ...(traceId !== undefined && traceUrl !== undefined && { trace: traceUrl.replaceAll('{traceId}', traceId) }),
  };
}
