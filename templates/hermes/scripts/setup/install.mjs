// Installs the pinned versions into a new environment, and publishes it at its path in one step.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { hermesIn, RECEIPT } from './environment.mjs';

const PROGRESS_MS = 10_000;
const LAST_LINES = 15;

const children = new Set();
let isStopping = false;

/** The reason of a failed installation; `code` is stable. */
export class InstallError extends Error {
  code = 'HERMES_INSTALL_FAILED';
}

/**
 * Creates a complete environment at `path`, and returns its `hermes`. If two processes install at once, each creates an
 * environment, and both use the one that was finished first. A killed process leaves an incomplete environment beside `path`;
 * the next installation removes it.
 */
export async function install({ path, receipt, files, ways, tell }) {
  mkdirSync(dirname(path), { recursive: true });
  removeHalves(path);
  const environment = `${path}.env-${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const stop = removeOnSignal(environment);
  const timer = progress(tell);
  try {
    await first(ways, environment, pipOptions(files));
    // Written last: an environment without it is incomplete.
    writeFileSync(join(environment, RECEIPT), receipt);
    return publish(environment, path, receipt);
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    throw error;
  } finally {
    clearInterval(timer);
    stop();
  }
}

function pipOptions([requirements, constraints]) {
  return ['--requirement', requirements, '--constraint', constraints];
}

/** Tries the ways in turn until one works. If all fail, throws the failure of the first one. */
async function first(ways, environment, packages) {
  let failure;
  for (const way of ways) {
    try {
      for (const command of way(environment, packages)) await run(command);
      return;
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      failure ??= error;
      rmSync(environment, { recursive: true, force: true });
    }
  }
  throw failure;
}

function publish(environment, path, receipt) {
  const other = hermesIn(path, receipt);
  if (other !== undefined) {
    rmSync(environment, { recursive: true, force: true });
    return other;
  }
  // A directory of an earlier version, in which the path was no link, or an incomplete one.
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    const old = `${environment}.old`;
    renameSync(path, old);
    rmSync(old, { recursive: true, force: true });
  }
  const link = `${environment}.link`;
  symlinkSync(basename(environment), link);
  renameSync(link, path);
  return join(path, 'bin', 'hermes');
}

/** Removes what ended installations of this machine left. */
function removeHalves(path) {
  const beginning = `${basename(path)}.env-${hostname()}-`;
  for (const name of readdirSync(dirname(path)).filter((entry) => entry.startsWith(beginning))) {
    const [, pid] = /^(\d+)-/.exec(name.slice(beginning.length)) ?? [];
    if (pid === undefined || isAlive(Number(pid)) || isInUse(join(dirname(path), name), path)) continue;
    rmSync(join(dirname(path), name), { recursive: true, force: true });
  }
}

function isInUse(environment, path) {
  const used = lstatSync(environment, { throwIfNoEntry: false });
  const ino = statSync(path, { throwIfNoEntry: false })?.ino;
  return used !== undefined && used.ino === ino;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run([program, ...args]) {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1' };
    // With either of them, Python would load modules from other directories.
    delete environment.PYTHONPATH;
    delete environment.PYTHONHOME;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    children.add(child);
    child.once('exit', () => children.delete(child));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => reject(new InstallError(`${program}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (isStopping) return;
      if (code === 0) return resolve();
      const said = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
      reject(new InstallError(`"${program} ${args.slice(0, 3).join(' ')} ..." ended with ${signal ?? code}:\n${said}`));
    });
  });
}

function progress(tell) {
  const begun = Date.now();
  return setInterval(() => tell(`  ${Math.round((Date.now() - begun) / 1000)} s so far ...`), PROGRESS_MS);
}

function removeOnSignal(environment) {
  const end = async (signal) => {
    isStopping = true;
    const ends = [...children].map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ends);
    rmSync(environment, { recursive: true, force: true, maxRetries: 3 });
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, end);
  };
}
