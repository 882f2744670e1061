import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The directory beside `config.yaml` into which a platform installs plugins: each may have `rules`, `guidelines`, `prompts` and `skills`. */
export const PLUGINS_DIRECTORY = 'plugins';

/** The directories of the installed plugins, sorted by name. */
export async function pluginDirectories(configDir: string): Promise<readonly string[]> {
  const folder = join(configDir, PLUGINS_DIRECTORY);
  // Most workspaces have none.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}
