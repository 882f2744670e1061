import type { Logger } from '@molecule/adapters';
import { Router } from 'express';
import { ShownFiles } from '../serving/a2a/shown-files.js';
import { fileRoute } from '../serving/http/routes/file-route.js';
import type { ConsoleRoutes } from '../serving/http/routes/own-routes.js';
import type { TaskStore } from '../tasks/task-store.js';
import { type AboutAgent, agentRoute } from './api/agent-route.js';
import { changesRoute } from './api/changes-route.js';
import { EventJson } from './api/event-json.js';
import { eventsRoute } from './api/events-route.js';
import { contextsRoute, countsRoute, inboxRoute, listTasksRoute } from './api/list-routes.js';
import { type AboutSession, sessionRoute } from './api/session-route.js';
import type { TaskLinksOptions } from './api/task-links.js';
import { taskRoute } from './api/task-route.js';
import { usageRoute } from './api/usage-route.js';
import { seesAllOwners } from './api/viewer.js';
import { ChangeHub } from './live/change-hub.js';
import { OpenStreams } from './live/open-streams.js';
import { pageRoutes } from './pages/page-routes.js';

export interface ConsoleOptions {
  /** The directory of the built pages. */
  readonly directory: string;
  readonly basePath: string;
  readonly store: Pick<TaskStore, 'log' | 'blobs' | 'changes' | 'team'>;
  readonly links: Omit<TaskLinksOptions, 'read'>;
  readonly session: AboutSession;
  readonly agent: AboutAgent;
  readonly logger: Logger;
}

/** The console of an agent. */
export interface Console {
  readonly routes: ConsoleRoutes;
  /** Ends its streams, which have no end of their own. */
  endStreams(): void;
}

/** The console: its pages, and what they read. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const { directory, basePath, store, links, session, agent, logger } = options;
  const { log, blobs, changes, team } = store;
  const { overview } = log;
  const files = new ShownFiles({ blobs, inlineBytes: 0, url: () => `${basePath}/console/api` });
  const json = new EventJson(files);
  const streams = new OpenStreams();
  const hub = new ChangeHub({ overview, changes, logger });
  const api = Router();
  api.get('/session', sessionRoute(session));
  api.get('/agent', agentRoute(agent));
  api.get('/tasks', listTasksRoute(overview));
  api.get('/counts', countsRoute(overview));
  api.get('/inbox', inboxRoute(overview));
  api.get('/contexts', contextsRoute(overview));
  api.get('/usage', usageRoute(log.usage));
  api.get('/changes', changesRoute({ log, hub, json, streams }));
  api.get('/tasks/:id', taskRoute({ log, files, delegations: team.delegations, peers: agent.inside.peers, links }));
  api.get('/tasks/:id/events', eventsRoute({ log, json, streams }));
  api.get('/files/:taskId/:digest', fileRoute(log, blobs, seesAllOwners));
  const pages = await pageRoutes(directory, basePath);
  return { routes: { pages, api }, endStreams: () => streams.endAll() };
}
