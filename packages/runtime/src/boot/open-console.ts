import type { AboutAgent } from '../console/api/agent-route.js';
import type { Console } from '../console/open-console.js';
import { type ConsolePages, hasConsole } from './console-pages.js';
import type { Agent } from './open-agent.js';
import { accessOf } from './runtime-info.js';

/** Opens the console, if it has pages. Its code is loaded only then. */
export async function openAgentConsole(
  pages: ConsolePages,
  { workspace, adapter, store, model }: Agent,
  about: Pick<AboutAgent, 'card' | 'readiness'>,
): Promise<Console | undefined> {
  if (!hasConsole(pages)) return undefined;
  const { options, config, settings, logger } = workspace;
  const { name, version } = config;
  const description = config.description || adapter.description;
  const { openConsole } = await import('../console/open-console.js');
  return openConsole({
    directory: pages.directory,
    basePath: settings.basePath,
    store,
    session: { access: accessOf(settings), agent: { name, description, version }, dev: options.dev ?? false },
    agent: { ...about, engine: adapter.displayName, model },
    logger,
  });
}
