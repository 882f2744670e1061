// The place of the Hermes installation: one environment for each set of pinned versions, in the user's cache directory, so
// that all clones and projects of this machine share it. The path is a link to the environment that was finished first. The
// link is created last, in one step, so the path leads to a complete environment or does not exist.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file in an environment that records what was installed there. It is written last. */
export const RECEIPT = 'installed.txt';

const PINS = ['requirements.txt', 'constraints.txt'];

/** The pinned versions, and the environment in the cache directory that has them. */
export function cachedEnvironment(templateDir, environment) {
  const directory = join(templateDir, 'scripts', 'setup');
  const pins = PINS.map((name) => readFileSync(join(directory, name), 'utf8'));
  const receipt = createHash('sha256').update(JSON.stringify(pins)).digest('hex');
  const version = /^hermes-agent\S*==(\S+)$/m.exec(pins[0])?.[1] ?? 'unknown';
  const name = `${version}-${receipt.slice(0, 12)}-${process.platform}-${process.arch}`;
  return {
    version,
    receipt,
    files: PINS.map((file) => join(directory, file)),
    path: join(cacheDirectory(environment), 'hermes', name),
  };
}

/** The `hermes` program of a complete environment with the pinned versions at `path`; `undefined` if there is none. */
export function hermesIn(path, receipt) {
  try {
    const owner = statSync(path).uid;
    // A cache directory below /tmp could belong to another user.
    if (process.getuid && ![0, process.getuid()].includes(owner)) return undefined;
    if (readFileSync(join(path, RECEIPT), 'utf8') !== receipt) return undefined;
    // If the Python that created the environment is removed, this link is broken.
    statSync(join(path, 'bin', 'python'));
    return join(path, 'bin', 'hermes');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(error.code)) return undefined;
    throw error;
  }
}

/** The same as the runtime's: `$XDG_CACHE_HOME/molecule`, else `~/.cache/molecule`, else one below the temporary files. */
function cacheDirectory({ XDG_CACHE_HOME: cacheHome, HOME: home }) {
  if (cacheHome) return join(cacheHome, 'molecule');
  return home ? join(home, '.cache', 'molecule') : join(tmpdir(), 'molecule-cache');
}
