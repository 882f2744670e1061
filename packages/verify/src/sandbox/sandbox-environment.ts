import { delimiter, dirname } from 'node:path';
import type { Env } from '../verify-options.js';

/** Variables that package managers and this command leave in the environment of their children. */
const LEAKS =
  /^(npm_|pnpm_|yarn_|NODE_PATH$|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|ADAPTER_MODULE$|WORKSPACE_|MOLECULE_|PORT$)/i;
/** The machine's variables that an agent needs. Keys of real providers must not be among them. */
const MACHINE =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_.*|SystemRoot|APPDATA|LOCALAPPDATA|USERPROFILE|PATHEXT|NODE_EXTRA_CA_CERTS)$/i;

/** For installs and builds: the caller's environment without variables that would make undeclared packages available. */
export function buildEnvironment(environment: Env, node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !LEAKS.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: ownPath(environment, node),
    // Install scripts without approval are skipped instead of being an error.
    pnpm_config_strict_dep_builds: 'false',
  };
}

/** For the agent: the machine's own variables only. */
export function agentEnvironment(environment: Env, node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => MACHINE.test(name));
  return { ...Object.fromEntries(kept), PATH: ownPath(environment, node) };
}

/** Without `node_modules/.bin`, since a template must declare the programs in it. */
function ownPath(environment: Env, node: string): string {
  const entries = (environment['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[/\\]\.bin[/\\]?$/.test(entry));
  const manager = environment['npm_execpath'];
  const managers = manager !== undefined && /pnpm[^/\\]*$/.test(manager) ? [dirname(manager)] : [];
  return [dirname(node), ...managers, ...entries].join(delimiter);
}
