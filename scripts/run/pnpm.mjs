import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runQuietly } from './child.mjs';
import { root } from './paths.mjs';

/** The oldest pnpm for the settings and lock file of this repository; an older one would try to replace itself. */
const LEAST_PNPM = 11;

/** The pnpm that runs this script, else the version of package.json, which npm downloads once. */
export function pnpmCommand(commandArguments) {
  const running = /^pnpm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '');
  if (running && Number(running[1]) >= LEAST_PNPM) {
    const program = process.env.npm_execpath ?? 'pnpm';
    return /\.[cm]?js$/.test(program)
      ? [process.execPath, program, ...commandArguments]
      : [program, ...commandArguments];
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // `--yes`, because a user's configuration may forbid npx to install without confirmation; `--prefer-offline`, because an
  // exact version in the cache needs no look-up.
  return ['npx', '--yes', '--prefer-offline', packageManager.split('+')[0], ...commandArguments];
}

export function toolEnvironment() {
  return {
    ...process.env,
    // The install has just run. Without this, pnpm would install the rest of the workspace before it runs a command.
    pnpm_config_verify_deps_before_run: 'false',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  };
}

/** Runs pnpm and shows its output only if it fails. `line` describes the step. Resolves with the exit code. */
export async function pnpm(line, commandArguments) {
  const { exitCode, output } = await runQuietly(line, pnpmCommand(commandArguments), { env: toolEnvironment() });
  if (exitCode !== 0 && NO_NETWORK.test(output)) {
    console.error(
      '\nThe package registry is unreachable. The first run downloads packages from it: connect to the network, ' +
        'or set a reachable registry (npm config set registry <url>), and try again.',
    );
  }
  return exitCode;
}

const NO_NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_PNPM_META_FETCH_FAIL)\b/;

/** Installs the lock file's dependencies of these packages, or of all. `what` appears in the printed line. */
export function install(what, filters) {
  return pnpm(`Installing ${what}`, [
    'install',
    // Without a terminal, pnpm cannot ask whether to replace a node_modules directory of other settings.
    '--config.confirm-modules-purge=false',
    // By default pnpm opens 64 connections, which on some networks hang until a timeout of one minute.
    '--config.network-concurrency=16',
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
}
