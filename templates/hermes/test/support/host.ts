import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InputRequiredEvent, JsonValue, Turn, TurnEvent } from '@molecule/adapters';
import type { ScriptedModel } from '@molecule/adapters/testing';
import type { Played } from './turns.js';
import type { EngineOptions, TestWorkspace } from './workspace.js';

const HOOKS = fileURLToPath(new URL('./typescript-hooks.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./host-process.ts', import.meta.url));

/** Plays a turn in a process of its own and kills that with SIGKILL as soon as an event of the type is told. */
export async function playAndKill(
  workspace: TestWorkspace,
  model: ScriptedModel,
  turn: Turn,
  type: TurnEvent['type'],
  { tools, mcp }: Pick<EngineOptions, 'tools' | 'mcp'> = {},
): Promise<Played> {
  const { root, stateDir, workDir } = workspace;
  const order = JSON.stringify({ root, stateDir, workDir, modelUrl: model.url, turn, tools, mcp });
  const args = ['--import', HOOKS, PROGRAM, order];
  const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return readUntil(host, type);
}

async function readUntil(host: ChildProcess, type: TurnEvent['type']): Promise<Played> {
  if (!host.stdout) throw new Error('the host has no output');
  const events: TurnEvent[] = [];
  let checkpoint: JsonValue | undefined;
  for await (const line of createInterface({ input: host.stdout })) {
    const told: TurnEvent | InputRequiredEvent | { type: 'checkpoint'; checkpoint: JsonValue } = JSON.parse(line);
    if (told.type === 'checkpoint') {
      checkpoint = told.checkpoint;
      continue;
    }
    events.push(told);
    if (told.type !== type) continue;
    const ended = once(host, 'exit');
    host.kill('SIGKILL');
    await ended;
    return { events, checkpoint };
  }
  throw new Error(`the host ended before it told ${type}; it told ${JSON.stringify(events)}`);
}
