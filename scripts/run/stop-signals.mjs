import { readFileSync } from 'node:fs';
import process from 'node:process';

/** One Ctrl-C arrives twice, from the terminal and from npm. Two signals within this time count as one. */
const SAME_PRESS_MS = 300;
const PARENT_WATCH_MS = 500;

const receivers = new Set();
const lastSeen = new Map();
let asked;

/**
 * Calls `receiver` with each stop signal of this process, at once if one has already arrived. Returns a function that
 * removes the receiver.
 */
export function onStopSignal(receiver) {
  receivers.add(receiver);
  if (asked) receiver(asked);
  return () => receivers.delete(receiver);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, receive);

// A supervisor's signal may reach only npm, which then ends without passing it on; its shell may end or stay.
if (process.env.npm_lifecycle_event) {
  const runners = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === runners) return;
    clearInterval(watch);
    if (!asked) receive('SIGTERM');
  }, PARENT_WATCH_MS);
  watch.unref();
}

/** The parent of this process and, if that is npm's shell, its parent as well; known on Linux only. */
function ancestors() {
  const above = statusOf(process.ppid);
  return /\((ba|da|a)?sh\)/.test(above)
    ? `${process.ppid} ${above.split(') ').at(-1).split(' ')[1]}`
    : `${process.ppid}`;
}

/** On Linux "pid (name) state parent ...". */
function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Not on Linux, or the process has ended, in which case the parent of this process has changed as well.
    return '';
  }
}

function receive(signal) {
  const now = performance.now();
  const again = now - (lastSeen.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS;
  lastSeen.set(signal, now);
  if (again) return;
  // Closing the terminal (SIGHUP) has the same effect as SIGTERM.
  asked = signal === 'SIGHUP' ? 'SIGTERM' : signal;
  for (const receiver of receivers) receiver(asked);
}
