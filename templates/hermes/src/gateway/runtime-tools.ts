import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import { readJsonFile, writePrivateFile } from '../process/atomic-file.js';
import { TEMPLATE_DIR } from '../template-dir.js';
import type { GatewayFiles } from './gateway-files.js';

/** The plugin of Hermes that has the runtime's tools, and its toolset. */
export const TOOLSET = 'molecule';

/** The plugin's files, by their names in Hermes' home. */
const PLUGIN_FILES = {
  '__init__.py': 'molecule.py',
  'approvals.py': 'approvals.py',
  'commands.py': 'commands.py',
  'ends.py': 'ends.py',
  'plugin.yaml': 'plugin.yaml',
  'call_ids.py': 'call_ids.py',
  'streams.py': 'streams.py',
};
const HOME_DIRECTORY = join('plugins', TOOLSET);

/**
 * The plugin with the tools, as files of `HERMES_HOME`. Without tools it still tells how runs end. Where the runtime is found
 * is not among them: a gateway outlives the runtime that has started it, so that is written anew by each.
 */
export async function toolPlugin(tools: AdapterContext['tools']): Promise<Readonly<Record<string, string>>> {
  const definitions = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const files: Record<string, string> = { [join(HOME_DIRECTORY, 'tools.json')]: JSON.stringify(definitions) };
  for (const [name, source] of Object.entries(PLUGIN_FILES)) {
    files[join(HOME_DIRECTORY, name)] = await readFile(join(TEMPLATE_DIR, 'hermes-plugin', source), 'utf8');
  }
  return files;
}

/** Tells the plugin where the runtime's tools are; nothing without tools. The token is worth nothing after this runtime. */
export async function tellEndpoint(
  { home, turns }: GatewayFiles,
  mcp: AdapterContext['mcp'],
  { onlyWhenAbsent = false } = {},
): Promise<void> {
  if (mcp === undefined) return;
  if (onlyWhenAbsent && (await readJsonFile(endpointFile(home))) !== undefined) return;
  await writePrivateFile(endpointFile(home), JSON.stringify({ url: mcp.url, token: mcp.token, turns }));
}

/** Takes that back, unless another process has told of its own since. */
export async function forgetEndpoint({ home }: GatewayFiles, mcp: AdapterContext['mcp']): Promise<void> {
  const told = await readJsonFile(endpointFile(home));
  if (typeof told === 'object' && told !== null && (told as { token?: unknown }).token !== mcp?.token) return;
  await rm(endpointFile(home), { force: true });
}

function endpointFile(home: string): string {
  return join(home, HOME_DIRECTORY, 'endpoint.json');
}
