import type { RuntimeHandle } from '../../runtime-types.js';
import { type CliHost, EXIT_CODES, type StopSignal } from '../cli-host.js';

/** npm and other wrappers pass a Ctrl-C on that the terminal has delivered already; no person presses twice so fast. */
const SAME_PRESS_MS = 200;
/** Time for closing files and engines after the turns have ended. */
const CLOSING_MS = 10_000;

/** A runtime that stops when the process is told to. */
export interface StopOnSignal {
  /** Resolves with the first signal. */
  readonly requested: Promise<void>;
  /** Resolves when the runtime has stopped after it. */
  readonly done: Promise<void>;
  stopListening(): void;
}

/** The first signal drains the runtime and says so; a second one ends the process at once. */
export function stopOnSignal(
  runtime: RuntimeHandle,
  graceMs: number,
  host: CliHost,
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
      if (Date.now() - firstAt >= SAME_PRESS_MS) host.exit(EXIT_CODES.interrupted[signal]);
      return;
    }
    firstAt = Date.now();
    tell(describeStop(runtime, graceMs));
    limit = setTimeout(() => {
      tell('stopping took too long; ending at once');
      host.exit(EXIT_CODES.failed);
    }, graceMs + CLOSING_MS).unref();
    begin();
  };
  const stopListening = host.onStopSignal(onSignal);

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
  if (runtime.state === 'starting') return 'stopping as soon as the start has got so far; press again to stop at once';
  const tasks = runtime.activeTasks();
  if (tasks === 0) return 'stopping: no tasks in flight';
  const count = tasks === 1 ? '1 task' : `${tasks} tasks`;
  return `stopping: ${count} in flight, up to ${graceMs / 1000} s; press again to stop at once`;
}
