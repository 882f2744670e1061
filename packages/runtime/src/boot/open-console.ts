import type { AboutAgent } from '../console/api/agent-route.js';
import { shownSettings } from '../console/api/shown-settings.js';
import type { Console } from '../console/open-console.js';
import type { Execution } from '../execution/durable/open-execution.js';
import { cardSkills } from '../prompt/skills/card-skills.js';
import { type ConsolePages, hasConsole } from './console-pages.js';
import type { Agent } from './open-agent.js';
import { accessOf } from './runtime-info.js';

/** What the server has besides the agent. */
interface ConsoleParts extends Pick<AboutAgent, 'card' | 'readiness'> {
  readonly execution: Pick<Execution, 'historyUrl'>;
}

/** Opens the console, if it has pages. Its code is loaded only then. */
export async function openAgentConsole(
  pages: ConsolePages,
  agent: Agent,
  { execution, ...about }: ConsoleParts,
): Promise<Console | undefined> {
  if (!hasConsole(pages)) return undefined;
  const { workspace, adapter, store, model } = agent;
  const { options, config, settings, logger } = workspace;
  const { name, version } = config;
  const description = config.description || adapter.description;
  const { openConsole } = await import('../console/open-console.js');
  return openConsole({
    directory: pages.directory,
    basePath: settings.basePath,
    store,
    links: { historyUrl: (taskId) => execution.historyUrl(taskId), traceUrl: settings.traceUrl },
    session: { access: accessOf(settings), agent: { name, description, version }, dev: options.dev ?? false },
    agent: { ...about, engine: adapter.displayName, model, inside: insideOf(agent) },
    logger,
  });
}

function insideOf({ workspace, team }: Agent): AboutAgent['inside'] {
  const { options, config, settings } = workspace;
  return {
    tools: team.tools,
    skills: () => cardSkills(config.skills, team.prompt.skills),
    prompt: () => team.prompt.text,
    peers: team.directory,
    settings: () => shownSettings(options.environment, settings.secrets),
  };
}
