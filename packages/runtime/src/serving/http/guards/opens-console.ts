import type { Request } from 'express';

/** The console's pages are served below it. */
export const CONSOLE_PATH = '/console';

/**
 * True if a person opens a page of the console, for example by a link on a page of another origin. The page holds nothing of the agent, and
 * no other page can read it or frame it. Other requests of foreign pages are refused, those for what the page shows among them.
 */
export function opensConsole(request: Request): boolean {
  const isNavigation =
    request.header('sec-fetch-mode') === 'navigate' && request.header('sec-fetch-dest') === 'document';
  const isBelow = request.path === CONSOLE_PATH || request.path.startsWith(`${CONSOLE_PATH}/`);
  return request.method === 'GET' && isNavigation && isBelow && !request.path.startsWith(`${CONSOLE_PATH}/api/`);
}
