import { type ListTasksRequest, TaskState, taskStateFromJSON } from '@a2a-js/sdk';
import type { Request } from 'express';

type Query = Readonly<Record<string, string | undefined>>;

/** The parameters of a listing, out of the query of REST. */
export function listRequest(request: Request): ListTasksRequest {
  const { contextId, status, pageSize, pageToken, historyLength, statusTimestampAfter, includeArtifacts } =
    request.query as Query;
  return {
    tenant: '',
    contextId: contextId ?? '',
    status: status === undefined || status === '' ? TaskState.TASK_STATE_UNSPECIFIED : taskStateIn(status),
    pageSize: numberIn(pageSize),
    pageToken: pageToken ?? '',
    historyLength: numberIn(historyLength),
    statusTimestampAfter: statusTimestampAfter || undefined,
    includeArtifacts: includeArtifacts === 'true',
  };
}

/** `undefined` if the query has none. An empty value is no number, and the request handler refuses it. */
export function historyLengthIn(request: Request): number | undefined {
  const { historyLength } = request.query as Query;
  return historyLength === undefined ? undefined : Number.parseInt(historyLength, 10);
}

export function taskIdIn(request: Request): string {
  return String(request.params['taskId']);
}

/** By name or by number. */
function taskStateIn(text: string): TaskState {
  return taskStateFromJSON(Number.isNaN(Number(text)) ? text : Number(text));
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}
