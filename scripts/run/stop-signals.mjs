import { readFileSync } from 'node:fs';
import process from 'node:process';

/** One Ctrl-C comes twice: from the terminal, and from npm, which hands it on. A person is slower. */
const SAME_PRESS_MS = 300;
const PARENT_WATCH_MS = 500;

const receivers = new Set();
const lastSeen = new Map();
let asked;

/**
 * Calls `receiver` with each signal that asks this process to stop; at once, when one already has. Returns what takes it
 * off again.
 */
export function onStopSignal(receiver) {
  receivers.add(receiver);
  if (asked) receiver(asked);
  return () => receivers.delete(receiver);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, receive);

// A supervisor's signal may reach npm alone, which then dies without a word, and its shell with it or not.
if (process.env.npm_lifecycle_event) {
  const runners = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === runners) return;
    clearInterval(watch);
    if (!asked) receive('SIGTERM');
  }, PARENT_WATCH_MS);
  watch.unref();
}

/** The process that started this one and, where that is npm's shell, npm's; known on Linux only. */
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
    // No such files here, or no such process any more: then our own parent has changed as well.
    return '';
  }
}

function receive(signal) {
  const now = performance.now();
  const again = now - (lastSeen.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS;
  lastSeen.set(signal, now);
  if (again) return;
  // A terminal that closes asks for the same as a supervisor.
  asked = signal === 'SIGHUP' ? 'SIGTERM' : signal;
  for (const receiver of receivers) receiver(asked);
}
