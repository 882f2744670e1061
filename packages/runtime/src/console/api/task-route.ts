import { Task } from '@a2a-js/sdk';
import type { RequestHandler } from 'express';
import { withoutContent } from '../../serving/a2a/response-bound.js';
import type { ShownFiles } from '../../serving/a2a/shown-files.js';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import { taskNotFound } from '../../tasks/a2a-errors.js';
import { STATUS_ONLY, type TaskParts, WHOLE_TASK } from '../../tasks/log/chunk-rows.js';
import type { TaskLog } from '../../tasks/log/task-log.js';
import type { DelegationStore } from '../../tasks/team/delegation-store.js';
import type { PeerDirectory } from '../../team/delegation/team-peer.js';
import { withChildren } from '../peers/peer-delegations.js';
import { shownDelegation } from '../peers/shown-delegation.js';
import { visibleTask } from './one-task.js';
import { numberIn } from './query.js';
import { viewerRoute } from './route.js';
import { questionJson, taskJson } from './task-json.js';
import { type TaskLinksOptions, taskLinks } from './task-links.js';

/** Bytes of the JSON of a task. Of a larger one the history is left out, and then the artifacts. */
const MOST_BYTES = 8 * 1024 * 1024;
const DEPTH = { least: 0, most: 3, absent: 3 };
/** Delegations of one task that are shown. */
const MOST_DELEGATIONS = 200;
/** A reader that gets files by their URL. */
const BY_URL = { files: { acceptsUrls: true } };

export interface TaskRouteOptions {
  readonly log: TaskLog;
  /** Shows files by URLs that the console can reach. */
  readonly files: Pick<ShownFiles, 'task'>;
  readonly delegations: Pick<DelegationStore, 'of'>;
  readonly peers: PeerDirectory;
  readonly links: Omit<TaskLinksOptions, 'read'>;
}

/** `GET tasks/:id`: a task with all that belongs to it. `depth` says how many further agents in a row are asked what they have delegated. */
export function taskRoute({ log, files, delegations, peers, links }: TaskRouteOptions): RequestHandler {
  return viewerRoute(async (request, response, viewer) => {
    const depth = numberIn(request.query, 'depth', DEPTH);
    const row = await visibleTask(log.overview, String(request.params['id']), viewer);
    const { task, truncated } = await boundedTask(log, row.taskId);
    const { first, complete } = await log.overview.eventRange(row.taskId);
    const question = questionJson(row);
    const given = (await delegations.of(row.taskId, MOST_DELEGATIONS)).map(shownDelegation);
    sendJson(response, {
      ...taskJson(row),
      task: Task.toJSON(await files.task(task, BY_URL)),
      ...(truncated && { truncated }),
      ...(question && { question }),
      delegations: await withChildren(given, peers, { depth }),
      links: await taskLinks(row, { ...links, read: log.read }),
      // Without a stored event, the first one that can be read is the next one.
      events: { first: first ?? row.seq + 1, last: row.seq, complete },
    });
  });
}

/** @throws {TaskNotFoundError} if it was deleted meanwhile */
async function boundedTask(
  { read }: TaskLog,
  taskId: string,
): Promise<{ readonly task: Task; readonly truncated: boolean }> {
  const candidates: readonly TaskParts[] = [WHOLE_TASK, { history: false, artifacts: true }, STATUS_ONLY];
  for (const parts of candidates) {
    const bytes = await read.sizeOf(taskId, undefined, parts);
    if (bytes === undefined || (bytes > MOST_BYTES && parts !== STATUS_ONLY)) continue;
    const record = await read.get(taskId, undefined, parts);
    if (!record) break;
    if (parts === WHOLE_TASK) return { task: record.task, truncated: false };
    return { task: parts === STATUS_ONLY ? withoutContent(record.task) : record.task, truncated: true };
  }
  throw taskNotFound(taskId);
}
