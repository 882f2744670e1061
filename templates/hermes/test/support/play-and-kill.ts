import type { JsonValue, Turn, TurnEvent } from '@molecule/adapters';
import { type ScriptedModel, startTurnProcess } from '@molecule/adapters/testing';
import type { EngineOrder } from './engine-in-process.js';
import type { Played } from './turns.js';
import type { EngineOptions, TestWorkspace } from './workspace.js';

/** Plays a turn in a process of its own, and kills the process with SIGKILL after the first event of the type. */
export async function playAndKill(
  { root, stateDir, workDir }: TestWorkspace,
  model: ScriptedModel,
  turn: Turn,
  type: TurnEvent['type'],
  { tools, mcp }: Pick<EngineOptions, 'tools' | 'mcp'> = {},
): Promise<Played> {
  const order: EngineOrder = {
    root,
    stateDir,
    workDir,
    modelUrl: model.url,
    ...(tools && { tools }),
    ...(mcp && { mcp }),
  };
  const process = startTurnProcess({
    engine: new URL('./engine-in-process.ts', import.meta.url),
    order: order as unknown as JsonValue,
    turn,
  });
  await process.waitFor((event) => event.type === type);
  await process.kill();
  return { events: [...process.events], checkpoint: process.checkpoint };
}
