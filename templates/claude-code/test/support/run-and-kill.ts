import type { JsonValue, Turn } from '@molecule/adapters';
import { startTurnProcess } from '@molecule/adapters/testing';
import { until } from '@molecule/runtime/testing';
import type { makeEngine } from './workspace.js';

type EngineArguments = Parameters<typeof makeEngine>;

/**
 * Runs a turn in a process of its own, and kills the process when `isTime` returns true.
 *
 * @returns the events so far, each as a line of JSON
 */
export async function runAndKill(
  { workDir, stateDir, configDir }: EngineArguments[0],
  options: EngineArguments[1],
  turn: Turn,
  isTime: (output: string) => Promise<boolean> | boolean,
): Promise<string> {
  const process = startTurnProcess({
    engine: new URL('./engine-in-process.ts', import.meta.url),
    order: { workspace: { workDir, stateDir, configDir }, options } as unknown as JsonValue,
    turn,
  });
  const output = () => process.events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const look = async () => (await isTime(output())) || process.hasEnded;
  await until('the time to kill the process', look, 60_000);
  if (process.hasEnded) await process.finished();
  await process.kill();
  return output();
}
