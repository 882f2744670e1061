import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import { writePrivateFile } from '../process/atomic-file.js';
import { TEMPLATE_DIR } from '../template-dir.js';
import type { GatewayFiles } from './gateway-files.js';

/** The plugin of Hermes that has the runtime's tools, and its toolset. */
export const TOOLSET = 'molecule';

/** The plugin's files, by their names in Hermes' home. */
const PLUGIN_FILES = { '__init__.py': 'molecule.py', 'plugin.yaml': 'plugin.yaml' };
const HOME_DIRECTORY = join('plugins', TOOLSET);

/**
 * The plugin with the tools, as files of `HERMES_HOME`; none when there are no tools. Where the runtime is found is not
 * among them: a gateway outlives the runtime that has started it, so that is written anew by each.
 */
export async function toolPlugin(tools: AdapterContext['tools']): Promise<Readonly<Record<string, string>>> {
  if (tools.length === 0) return {};
  const definitions = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const files: Record<string, string> = { [join(HOME_DIRECTORY, 'tools.json')]: JSON.stringify(definitions) };
  for (const [name, source] of Object.entries(PLUGIN_FILES)) {
    files[join(HOME_DIRECTORY, name)] = await readFile(join(TEMPLATE_DIR, 'hermes-plugin', source), 'utf8');
  }
  return files;
}

/** Tells the plugin where the runtime's tools are; nothing without tools. The token is worth nothing after this runtime. */
export async function tellEndpoint({ home, turns }: GatewayFiles, mcp: AdapterContext['mcp']): Promise<void> {
  if (mcp === undefined) return;
  await writePrivateFile(endpointFile(home), JSON.stringify({ url: mcp.url, token: mcp.token, turns }));
}

/** Takes that back. */
export async function forgetEndpoint({ home }: Pick<GatewayFiles, 'home'>): Promise<void> {
  await rm(endpointFile(home), { force: true });
}

function endpointFile(home: string): string {
  return join(home, HOME_DIRECTORY, 'endpoint.json');
}
