// Where Hermes is installed. One environment for each set of pinned versions, in the user's cache directory, so that all
// clones and projects of this machine share it. The name is a link to the environment of whoever finished first: it is
// made last and in one step, so that there is a whole environment at the name or none.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file in an environment that says what was installed there. It is written last. */
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

/** The `hermes` program of a whole environment with the pinned versions at `path`; `undefined` when there is none. */
export function hermesIn(path, receipt) {
  try {
    const owner = statSync(path).uid;
    // A cache directory below /tmp could be somebody else's.
    if (process.getuid && ![0, process.getuid()].includes(owner)) return undefined;
    if (readFileSync(join(path, RECEIPT), 'utf8') !== receipt) return undefined;
    // Its link breaks when the Python that it was made with is gone.
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
