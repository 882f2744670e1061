import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterContext } from '@molecule/adapters';
import { TEMPLATE_DIR } from '../template-dir.js';

/** The plugin of Hermes that has the runtime's tools, and its toolset. */
export const TOOLSET = 'molecule';

/** The plugin's files, by their names in Hermes' home. */
const PLUGIN_FILES = {
  '__init__.py': 'molecule.py',
  'approvals.py': 'approvals.py',
  'commands.py': 'commands.py',
  'ends.py': 'ends.py',
  'places.py': 'places.py',
  'plugin.yaml': 'plugin.yaml',
  'call_ids.py': 'call_ids.py',
  'streams.py': 'streams.py',
};
const HOME_DIRECTORY = join('plugins', TOOLSET);

/**
 * The plugin with the tools, as files of `HERMES_HOME`. Without tools it still reports how runs end. The runtime's address is
 * not among them: see `TurnPlaces`.
 */
export async function toolPlugin(tools: AdapterContext['tools']): Promise<Readonly<Record<string, string>>> {
  const definitions = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const files: Record<string, string> = { [join(HOME_DIRECTORY, 'tools.json')]: JSON.stringify(definitions) };
  for (const [name, source] of Object.entries(PLUGIN_FILES)) {
    files[join(HOME_DIRECTORY, name)] = await readFile(join(TEMPLATE_DIR, 'hermes-plugin', source), 'utf8');
  }
  return files;
}
