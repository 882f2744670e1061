import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runQuietly } from './child.mjs';
import { root } from './paths.mjs';

/** Settings and lockfile of this repository are for this pnpm and later; an older one would try to replace itself. */
const LEAST_PNPM = 11;

/** The pnpm that runs this script, or else the one that package.json names, fetched by npm once. */
export function pnpmCommand(commandArguments) {
  const running = /^pnpm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '');
  if (running && Number(running[1]) >= LEAST_PNPM) {
    const program = process.env.npm_execpath ?? 'pnpm';
    return /\.[cm]?js$/.test(program)
      ? [process.execPath, program, ...commandArguments]
      : [program, ...commandArguments];
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // `--yes`, as a user's configuration may say that npx must not install anything unasked; `--prefer-offline`, as an
  // exact version that is here need not be looked up.
  return ['npx', '--yes', '--prefer-offline', packageManager.split('+')[0], ...commandArguments];
}

export function toolEnvironment() {
  return {
    ...process.env,
    // It has just been installed; left on, pnpm would install the rest of the workspace before it runs anything.
    pnpm_config_verify_deps_before_run: 'false',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  };
}

/** Runs pnpm without its output, unless it fails. `line` says what takes so long. Resolves to the exit code. */
export async function pnpm(line, commandArguments) {
  const { exitCode, output } = await runQuietly(line, pnpmCommand(commandArguments), { env: toolEnvironment() });
  if (exitCode !== 0 && NO_NETWORK.test(output)) {
    console.error(
      '\nThe package registry could not be reached. The first run fetches what it needs from there: connect to the ' +
        'network, or name a registry that can be reached (npm config set registry <url>), and try again.',
    );
  }
  return exitCode;
}

const NO_NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_PNPM_META_FETCH_FAIL)\b/;

/** Installs what the lockfile says for these packages, or for all. `what` is for the line that tells of it. */
export function install(what, filters) {
  return pnpm(`Installing ${what}`, [
    'install',
    // There is nobody to ask whether a node_modules of other settings may be replaced.
    '--config.confirm-modules-purge=false',
    // pnpm opens 64 connections otherwise, which some networks let hang until they time out a minute later.
    '--config.network-concurrency=16',
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
}
