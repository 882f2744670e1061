import { delimiter, dirname } from 'node:path';
import type { Env } from '../../environment/env.js';

/** What package managers and this program's own settings leave in the environment of whom they start. */
const LEAKS =
  /^(npm_|pnpm_|yarn_|NODE_PATH$|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|ADAPTER_MODULE$|WORKSPACE_|MOLECULE_|PORT$)/i;
/** What an agent needs of the machine. Keys of real providers must not be among it. */
const MACHINE =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_.*|SystemRoot|APPDATA|LOCALAPPDATA|USERPROFILE|PATHEXT|NODE_EXTRA_CA_CERTS)$/i;

/** For installs and builds: the caller's environment without what would let the template borrow from its surroundings. */
export function buildEnvironment(environment: Env, node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !LEAKS.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: ownPath(environment, node),
    // Install scripts that nobody approved are left out, not an error.
    pnpm_config_strict_dep_builds: 'false',
  };
}

/** For the agent: the machine's own variables alone. */
export function agentEnvironment(environment: Env, node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => MACHINE.test(name));
  return { ...Object.fromEntries(kept), PATH: ownPath(environment, node) };
}

/** Without `node_modules/.bin`, whose programs a template would have to declare. */
function ownPath(environment: Env, node: string): string {
  const entries = (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[/\\]\.bin[/\\]?$/.test(entry));
  const manager = environment['npm_execpath'];
  const managers = manager !== undefined && /pnpm[^/\\]*$/.test(manager) ? [dirname(manager)] : [];
  return [dirname(node), ...managers, ...entries].join(delimiter);
}
