import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Turn } from '@molecule/adapters';
import type { makeEngine } from './workspace.js';

type EngineArguments = Parameters<typeof makeEngine>;

/** Runs a turn in a process of its own, kills that process like a crash does once `isTime`, and waits for its end. */
export async function runAndKill(
  workspace: EngineArguments[0],
  options: EngineArguments[1],
  turn: Turn,
  isTime: (output: string) => Promise<boolean> | boolean,
): Promise<string> {
  const argument = JSON.stringify({ workspace: pathsOf(workspace), options, turn });
  const hooks = new URL('./register-typescript.mjs', import.meta.url).href;
  const host = fileURLToPath(new URL('./host.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', hooks, host, argument], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const exited = once(child, 'exit');
  while (!(await isTime(output))) {
    if (hasEnded(child)) throw new Error(`The host ended before it was killed.\n${output}\n${errors}`);
    await delay(20);
  }
  child.kill('SIGKILL');
  await exited;
  return output;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function pathsOf({ workDir, stateDir, configDir }: EngineArguments[0]) {
  return { workDir, stateDir, configDir };
}
