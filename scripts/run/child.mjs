import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { root } from './paths.mjs';
import { onStopSignal } from './stop-signals.mjs';

const PATIENCE_MS = 2_000;
const windows = process.platform === 'win32';

/** Runs the server on this terminal, and hands on what asks it to stop. Resolves to its exit code. */
export function runServer(program, programArguments, options) {
  // The channel is there to close: see end-with-parent.mjs.
  const child = launch(program, programArguments, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  return ended(child, (signal) => child.kill(signal));
}

/** Runs a tool on this terminal. Resolves to its exit code. */
export function runTool([program, ...programArguments], options) {
  const child = launch(program, programArguments, { ...options, stdio: 'inherit', shell: windows });
  return ended(child, (signal) => signalGroup(child, signal));
}

/**
 * Runs a tool and keeps its output to itself: `line` is printed when it takes longer than two seconds, the output when
 * it fails.
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
  // Whatever the tool made of it: nothing must begin after it.
  if (stoppedBy) return { exitCode: 128 + constants.signals[stoppedBy], output };
  if (exitCode !== 0) console.error(`${output.trimEnd()}\n\n${line}: failed (exit code ${exitCode}).`);
  return { exitCode, output };
}

/**
 * In a process group of its own: Ctrl-C then reaches this process alone, which hands it on once. (npm hands it on a
 * second time, so a child in the terminal's group would get it twice.)
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
      // It has just ended, and its end is being waited for.
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
