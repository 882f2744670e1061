import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Turn, TurnEvent } from '@molecule/adapters';
import type { ContextOptions } from './workspace.js';

const HOOKS = new URL('resolve-typescript.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('turn-process.ts', import.meta.url));

/** A turn that runs in another process. */
export interface TurnProcess {
  /** What it has told so far. */
  readonly events: readonly TurnEvent[];
  /** Resolves when an event fits; rejects when the process ends before. */
  waitFor(fits: (event: TurnEvent) => boolean): Promise<TurnEvent>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Resolves with all events once the process has ended well. */
  finished(): Promise<readonly TurnEvent[]>;
}

export function startTurnProcess(
  directory: string,
  url: string,
  turn: Turn,
  options: ContextOptions = {},
): TurnProcess {
  const job = JSON.stringify({ directory, url, options, turn });
  const child = spawn(process.execPath, ['--import', HOOKS, PROGRAM, job], { stdio: ['ignore', 'pipe', 'pipe'] });
  const events: TurnEvent[] = [];
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => events.push(JSON.parse(line) as TurnEvent));
  const ended = once(child, 'close');
  return {
    events,
    waitFor: (fits) => waitFor(child, lines, events, fits, () => complaint),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async finished() {
      const [code] = await ended;
      if (code !== 0) throw new Error(`the turn's process ended with ${code}: ${complaint}`);
      return events;
    },
  };
}

function waitFor(
  child: ChildProcess,
  lines: NodeJS.EventEmitter,
  events: readonly TurnEvent[],
  fits: (event: TurnEvent) => boolean,
  complaint: () => string,
): Promise<TurnEvent> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const event = events.find(fits);
      if (event !== undefined) resolve(event);
    };
    lines.on('line', look);
    child.once('close', () => reject(new Error(`the turn's process ended too early: ${complaint()}`)));
    look();
  });
}
