import type { RuntimeHandle } from '../../boot/runtime-types.js';
import { EXIT_CODES, type HostProcess, type StopSignal } from '../host/cli-host.js';

/** npm and other wrappers repeat a Ctrl-C that the terminal has already delivered. A person is slower than this. */
const SAME_PRESS_MS = 200;
/** Time to close files and engines after the turns have ended. */
const CLOSING_MS = 10_000;

/** A runtime that stops when the process gets a signal. */
export interface StopOnSignal {
  /** Resolves with the first signal. */
  readonly requested: Promise<void>;
  /** Resolves when the runtime has stopped after that signal. */
  readonly done: Promise<void>;
  stopListening(): void;
}

/** The first signal drains the runtime and prints that. A second one ends the process at once. */
export function stopOnSignal(
  runtime: RuntimeHandle,
  graceMs: number,
  process: HostProcess,
  tell: (text: string) => void,
): StopOnSignal {
  let firstAt: number | undefined;
  let limit: NodeJS.Timeout | undefined;
  let begin: () => void = () => {};
  const requested = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const done = requested.then(() => runtime.shutdown({ graceMs }));

  const onSignal = (signal: StopSignal) => {
    if (firstAt !== undefined) {
      if (Date.now() - firstAt >= SAME_PRESS_MS) process.exit(EXIT_CODES.interrupted[signal]);
      return;
    }
    firstAt = Date.now();
    tell(describeStop(runtime, graceMs));
    limit = setTimeout(() => {
      tell('stopping took too long, the process ends now');
      process.exit(EXIT_CODES.failed);
    }, graceMs + CLOSING_MS).unref();
    begin();
  };
  const stopListening = process.onStopSignal(onSignal);

  return {
    requested,
    done,
    stopListening() {
      clearTimeout(limit);
      stopListening();
    },
  };
}

function describeStop(runtime: RuntimeHandle, graceMs: number): string {
  if (runtime.state === 'starting') return 'stopping once the start has finished; press again to stop at once';
  const tasks = runtime.activeTasks();
  if (tasks === 0) return 'stopping: no tasks in flight';
  const count = tasks === 1 ? '1 task' : `${tasks} tasks`;
  return `stopping: ${count} in flight, up to ${graceMs / 1000} s; press again to stop at once`;
}
