import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { consoleUrl } from './api/addresses.js';
import { Loading } from './base/notes.js';
import { loadPart } from './live/load-part.js';
import { NotFound, ViewFailure } from './shell/failures.js';
import { Shell } from './shell/Shell.js';
import { readTaskViewSearch } from './views/task/task-view-search.js';
import { readTaskSearch } from './views/tasks/task-search.js';
import { readUsageSearch } from './views/usage/usage-search.js';

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
  component: lazyRouteComponent(() => loadPart(() => import('./views/tasks/TasksView.js')), 'TasksView'),
});

const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$taskId',
  validateSearch: readTaskViewSearch,
  component: lazyRouteComponent(() => loadPart(() => import('./views/task/TaskView.js')), 'TaskView'),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => loadPart(() => import('./views/inbox/InboxView.js')), 'InboxView'),
});

const chat = createRoute({
  getParentRoute: () => root,
  path: '/chat',
  component: lazyRouteComponent(() => loadPart(() => import('./views/chat/ChatView.js')), 'ChatView'),
});

const chatContext = createRoute({
  getParentRoute: () => root,
  path: '/chat/$contextId',
  component: lazyRouteComponent(() => loadPart(() => import('./views/chat/ChatView.js')), 'ChatView'),
});

const agent = createRoute({
  getParentRoute: () => root,
  path: '/agent',
  component: lazyRouteComponent(() => loadPart(() => import('./views/agent/AgentView.js')), 'AgentView'),
});

const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: readUsageSearch,
  component: lazyRouteComponent(() => loadPart(() => import('./views/usage/UsageView.js')), 'UsageView'),
});

export const router = createRouter({
  routeTree: root.addChildren([home, tasks, task, inbox, chat, chatContext, agent, usage]),
  basepath: consoleUrl.pathname.replace(/\/$/, ''),
  defaultPreload: 'intent',
  defaultErrorComponent: ViewFailure,
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
