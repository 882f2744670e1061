import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '../../contract/json.js';
import type { Turn } from '../../contract/turn.js';
import type { TurnEvent } from '../../contract/turn-event.js';
import type { TurnOrder, TurnReport } from './turn-process-messages.js';

/** Which turn to run, and on which engine. */
export interface TurnProcessOptions {
  /** A module, JavaScript or TypeScript, whose default export makes the engine from `order`. */
  readonly engine: URL;
  readonly order?: JsonValue;
  readonly turn: Turn;
  /** Directory of a `testStore`, for `TurnControls.store`. The engine makes its own for `AdapterContext.store`. Default: no store. */
  readonly store?: string;
}

/** A turn that runs in a process of its own, which a test can kill as a crash does. */
export interface TurnProcess {
  /** The events so far. */
  readonly events: readonly TurnEvent[];
  /** The state that the engine saved last. */
  readonly checkpoint: JsonValue | undefined;
  /** Resolves with the first event that fits; rejects if the process ends before. */
  waitFor(fits: (event: TurnEvent) => boolean): Promise<TurnEvent>;
  /** True once the process has ended. */
  readonly hasEnded: boolean;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Waits for the turn's end, ends the engine, and returns all events; rejects if the process failed. */
  finished(): Promise<readonly TurnEvent[]>;
}

/** Starts the turn. The process inherits the environment and the working directory. */
export function startTurnProcess({ engine, order, turn, store }: TurnProcessOptions): TurnProcess {
  // Beside the kit's own module, wherever that was bundled to.
  const program = new URL('turn-process/main.js', import.meta.resolve('@molecule/adapters/testing/kit'));
  const child = fork(fileURLToPath(program), [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const events: TurnEvent[] = [];
  let checkpoint: JsonValue | undefined;
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  // Not `close`, which a process does not have after a disconnect.
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const complained = child.stderr === null ? undefined : once(child.stderr, 'end');
  const turnEnded = new Promise<void>((resolve) => {
    child.on('message', (report: TurnReport) => {
      if (report.kind === 'event') events.push(report.event);
      else if (report.kind === 'checkpoint') checkpoint = report.checkpoint;
      else resolve();
    });
  });
  const early = Promise.all([exited, complained]).then(([[code, signal]]) => {
    throw new Error(`the process of the turn ended with ${signal ?? code}: ${complaint}`);
  });
  early.catch(() => {});
  child.send({ engine: engine.href, order, turn, store } satisfies TurnOrder);
  return {
    events,
    get checkpoint() {
      return checkpoint;
    },
    get hasEnded() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    waitFor(fits) {
      const found = new Promise<TurnEvent>((resolve) => {
        const look = () => {
          const event = events.find(fits);
          if (event === undefined) return;
          child.off('message', look);
          resolve(event);
        };
        child.on('message', look);
        look();
      });
      return Promise.race([found, early]);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async finished() {
      await Promise.race([turnEnded, early]);
      child.disconnect();
      const [code] = await exited;
      if (code !== 0) return early;
      return events;
    },
  };
}
