import type { RequestHandler } from 'express';
import { readPageToken, writePageToken } from '../../serving/a2a/page-token.js';
import { sendJson } from '../../serving/http/answers/send-answer.js';
import type { Overview } from '../../tasks/log/overview/overview.js';
import type { OverviewTask } from '../../tasks/log/overview/overview-task.js';
import type { TaskCounts } from '../../tasks/log/overview/task-counts.js';
import type { ListCursor } from '../../tasks/log/task-list.js';
import { numberIn, type Query, statesIn, textIn, timeIn } from './query.js';
import { viewerRoute } from './route.js';
import { isoTime, questionJson, taskJson } from './task-json.js';
import { ownerIn } from './viewer.js';

const LIMIT = { least: 1, most: 200, absent: 50 };
/** Questions that one answer lists. */
const MOST_WAITING = 200;
/** Characters that are searched for. */
const MOST_SEARCHED = 200;
const DAY_MS = 24 * 60 * 60_000;

/** `GET tasks`: a page of the viewer's tasks, newest status first. */
export function listTasksRoute(overview: Overview): RequestHandler {
  return viewerRoute(async ({ query }, response, viewer) => {
    const { tasks, next } = await overview.page({
      owner: ownerIn(query, viewer),
      states: statesIn(query, 'state'),
      contextId: textIn(query, 'context'),
      text: textIn(query, 'q')?.slice(0, MOST_SEARCHED),
      statusFrom: timeIn(query, 'since'),
      statusBefore: timeIn(query, 'until'),
      most: numberIn(query, 'limit', LIMIT),
      after: cursorIn(query),
    });
    sendJson(response, { tasks: tasks.map(taskJson), ...(next && { next: writePageToken(next) }) });
  });
}

/** `GET counts`: how many tasks are open, and how many ended within a day, by state. */
export function countsRoute(overview: Overview): RequestHandler {
  return viewerRoute(async ({ query }, response, viewer) => {
    sendJson(response, countsJson(await overview.counts(ownerIn(query, viewer), Date.now() - DAY_MS)));
  });
}

export function countsJson({ open, ended }: TaskCounts): object {
  return { open, ended24h: ended };
}

/** `GET inbox`: what waits for an answer, oldest first. */
export function inboxRoute(overview: Overview): RequestHandler {
  return viewerRoute(async ({ query }, response, viewer) => {
    const tasks = await overview.waiting(ownerIn(query, viewer), MOST_WAITING);
    sendJson(response, { tasks: tasks.map((task) => ({ ...taskJson(task), question: questionJson(task) })) });
  });
}

/** `GET contexts`: conversations, the one whose task changed last first. */
export function contextsRoute(overview: Overview): RequestHandler {
  return viewerRoute(async ({ query }, response, viewer) => {
    const most = numberIn(query, 'limit', LIMIT);
    const page = await overview.conversations(ownerIn(query, viewer), most, cursorIn(query));
    const newest = await overview.tasks(page.conversations.map(({ newestTask }) => newestTask));
    const byId = new Map(newest.map((task) => [task.taskId, task]));
    const contexts = page.conversations.flatMap(({ newestTask, tasks }) => {
      const task = byId.get(newestTask);
      return task ? [contextJson(task, tasks)] : [];
    });
    sendJson(response, { contexts, ...(page.next && { next: writePageToken(page.next) }) });
  });
}

function contextJson({ contextId, title, owner, statusAt, state }: OverviewTask, tasks: number): object {
  return { id: contextId, title, owner, tasks, lastAt: isoTime(statusAt), state };
}

function cursorIn(query: Query): ListCursor | undefined {
  const token = textIn(query, 'cursor');
  return token === undefined ? undefined : readPageToken('cursor', token);
}
