import { type ListTasksRequest, type ListTasksResponse, type Task, TaskState } from '@a2a-js/sdk';
import { malformed } from '../../tasks/a2a-errors.js';
import type { TaskReader } from '../../tasks/log/task-reader.js';
import { limitHistory } from './history-length.js';
import { readPageToken, writePageToken } from './page-token.js';
import type { ResponseBound } from './response-bound.js';

/** A2A 1.0, section 3.1.4: 50 if the caller names no page size, at most 100. */
const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 100;
/** A page ends early rather than become larger than this. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Lists the owner's tasks; the one whose status changed last comes first. */
export async function listTasks(
  reader: TaskReader,
  request: ListTasksRequest,
  owner: string,
  bound: ResponseBound,
): Promise<ListTasksResponse> {
  const pageSize = request.pageSize ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    throw malformed(
      'PARAMETER_INVALID',
      `pageSize must be a whole number from 1 to ${MAX_PAGE_SIZE}; it is ${pageSize}.`,
    );
  }
  const after = request.pageToken ? readPageToken('pageToken', request.pageToken) : undefined;
  const state = statusFilter(request.status);
  const statusAfter = timeFilter(request.statusTimestampAfter);
  const page = await reader.list({
    owner,
    pageSize,
    ...(request.contextId !== '' && { contextId: request.contextId }),
    ...(state !== undefined && { state }),
    ...(statusAfter !== undefined && { statusAfter }),
    ...(after && { after }),
    parts: { history: (request.historyLength ?? 0) > 0, artifacts: request.includeArtifacts === true },
    mostBytes: MOST_BYTES,
  });
  return {
    tasks: page.records.map(({ task }) =>
      bound.checkTask(forListing(limitHistory(task, request.historyLength ?? 0), request)),
    ),
    nextPageToken: page.next ? writePageToken(page.next) : '',
    pageSize,
    totalSize: page.total,
  };
}

function forListing(task: Task, request: ListTasksRequest): Task {
  return request.includeArtifacts === true ? task : { ...task, artifacts: [] };
}

function statusFilter(status: TaskState | undefined): TaskState | undefined {
  if (status === undefined || status === TaskState.TASK_STATE_UNSPECIFIED) return undefined;
  if (TaskState[status] !== undefined && status !== TaskState.UNRECOGNIZED) return status;
  throw malformed('PARAMETER_INVALID', 'status is not a task state.');
}

function timeFilter(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const time = Date.parse(value);
  if (!Number.isNaN(time)) return time;
  throw malformed(
    'PARAMETER_INVALID',
    `statusTimestampAfter must be an ISO 8601 time; it is ${JSON.stringify(value)}.`,
  );
}
