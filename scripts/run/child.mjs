import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { root } from './paths.mjs';
import { onStopSignal } from './stop-signals.mjs';

const PATIENCE_MS = 2_000;
const windows = process.platform === 'win32';

/**
 * Runs the server on this terminal, and passes stop signals on to it. If a signal that this process did not pass on ends the
 * server, a line says so. Resolves with its exit code.
 */
export function runServer(program, programArguments, options) {
  // The server detects the end of this process when the channel closes; see end-with-parent.mjs.
  const child = launch(program, programArguments, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  let isStopped = false;
  child.once('close', (_exitCode, signal) => {
    if (signal === null || isStopped) return;
    console.error(`The server was ended by ${signal}. Start it again: it resumes the tasks that it had not finished.`);
  });
  return ended(child, (signal) => {
    isStopped = true;
    child.kill(signal);
  });
}

/** Runs a tool on this terminal. Resolves with its exit code. */
export function runTool([program, ...programArguments], options) {
  const child = launch(program, programArguments, { ...options, stdio: 'inherit', shell: windows });
  return ended(child, (signal) => signalGroup(child, signal));
}

/**
 * Runs a tool without showing its output. If it takes longer than two seconds, `line` is printed; if it fails, its output
 * is printed.
 */
export async function runQuietly(line, [program, ...programArguments], options) {
  const child = launch(program, programArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const timer = setTimeout(() => console.error(`${line} ...`), PATIENCE_MS);
  let stoppedBy;
  const exitCode = await ended(child, (signal) => {
    stoppedBy = signal;
    signalGroup(child, signal);
  });
  clearTimeout(timer);
  // After a stop signal no further tool may start, whatever the exit code of this one.
  if (stoppedBy) return { exitCode: 128 + constants.signals[stoppedBy], output };
  if (exitCode !== 0) console.error(`${output.trimEnd()}\n\n${line}: failed (exit code ${exitCode}).`);
  return { exitCode, output };
}

/**
 * Starts the child in a separate process group. So Ctrl-C reaches only this process, which passes it on once. (npm passes
 * it on as well, so a child in the terminal's group would receive it twice.)
 */
function launch(program, programArguments, options) {
  return spawn(program, programArguments, { cwd: root, detached: !windows, ...options });
}

function signalGroup(child, signal) {
  if (windows || child.pid === undefined) child.kill(signal);
  else {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      // The child has just ended, and its exit code is already awaited.
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

function ended(child, handOn) {
  return new Promise((resolve) => {
    const release = onStopSignal(handOn);
    child.once('error', (error) => {
      release();
      console.error(`${child.spawnfile}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (exitCode, signal) => {
      release();
      resolve(exitCode ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
