import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { consoleUrl } from './api/addresses.js';
import { beginEvents } from './api/queries.js';
import { preloadMarkdown } from './base/Markdown.js';
import { Loading } from './base/notes.js';
import { loadPart } from './live/load-part.js';
import { NotFound, ViewFailure } from './shell/failures.js';
import { Shell } from './shell/Shell.js';
import { readTaskViewSearch } from './views/task/task-view-search.js';
import { readTaskSearch } from './views/tasks/task-search.js';
import { readUsageSearch } from './views/usage/usage-search.js';

/** The code of each view, loaded when it is opened. */
const VIEWS = {
  TasksView: () => import('./views/tasks/TasksView.js'),
  TaskView: () => import('./views/task/TaskView.js'),
  InboxView: () => import('./views/inbox/InboxView.js'),
  ChatView: () => import('./views/chat/ChatView.js'),
  AgentView: () => import('./views/agent/AgentView.js'),
  UsageView: () => import('./views/usage/UsageView.js'),
};

/** Loads the views before they are opened, so that they open at once, also while the server is away. */
export function preloadViews(): void {
  for (const load of Object.values(VIEWS)) load().catch(() => undefined);
  preloadMarkdown();
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks', replace: true });
  },
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => loadPart(VIEWS.TasksView), 'TasksView'),
});

const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$taskId',
  validateSearch: readTaskViewSearch,
  // Once for each task that is opened, and not for one that the pointer touches.
  loader: ({ params, cause }) => (cause === 'preload' ? undefined : beginEvents(params.taskId)),
  staleTime: Number.POSITIVE_INFINITY,
  component: lazyRouteComponent(() => loadPart(VIEWS.TaskView), 'TaskView'),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => loadPart(VIEWS.InboxView), 'InboxView'),
});

const chat = createRoute({
  getParentRoute: () => root,
  path: '/chat',
  component: lazyRouteComponent(() => loadPart(VIEWS.ChatView), 'ChatView'),
});

const chatContext = createRoute({
  getParentRoute: () => root,
  path: '/chat/$contextId',
  component: lazyRouteComponent(() => loadPart(VIEWS.ChatView), 'ChatView'),
});

const agent = createRoute({
  getParentRoute: () => root,
  path: '/agent',
  component: lazyRouteComponent(() => loadPart(VIEWS.AgentView), 'AgentView'),
});

const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: readUsageSearch,
  component: lazyRouteComponent(() => loadPart(VIEWS.UsageView), 'UsageView'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, tasks, task, inbox, chat, chatContext, agent, usage]),
  basepath: consoleUrl.pathname.replace(/\/$/, ''),
  defaultPreload: 'intent',
  defaultErrorComponent: ViewFailure,
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  // What has come is shown at once, also if that it is loading was shown for a moment only.
  defaultPendingMinMs: 0,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
