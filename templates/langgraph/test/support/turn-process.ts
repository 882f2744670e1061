import type { JsonValue, Turn } from '@molecule/adapters';
import { startTurnProcess, type TurnProcess } from '@molecule/adapters/testing';
import type { ContextOptions } from './workspace.js';

/** A turn of this template's engine, in a process of its own. */
export function turnProcess(directory: string, url: string, turn: Turn, options: ContextOptions = {}): TurnProcess {
  const order = { directory, url, options } as unknown as JsonValue;
  return startTurnProcess({ engine: new URL('./engine-in-process.ts', import.meta.url), order, turn });
}
