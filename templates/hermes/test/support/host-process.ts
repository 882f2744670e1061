import type { McpEndpoint, RuntimeTool, Turn } from '@molecule/adapters';
import { createEngine } from '../../src/create-engine.js';
import { contextFor } from './workspace.js';

/** What the host is told on its command line. */
export interface HostOrder {
  readonly root: string;
  readonly stateDir: string;
  readonly workDir: string;
  readonly modelUrl: string;
  readonly turn: Turn;
  readonly tools?: RuntimeTool[];
  readonly mcp?: McpEndpoint;
}

// A process that plays one turn and tells its events, one JSON line each, so that a test can kill it in the middle.
const order: HostOrder = JSON.parse(process.argv[2] ?? '');
const engine = await createEngine(
  contextFor(order, { url: order.modelUrl }, { tools: order.tools ?? [], ...(order.mcp && { mcp: order.mcp }) }),
);
const controls = {
  signal: new AbortController().signal,
  checkpoint: (checkpoint: unknown) => console.log(JSON.stringify({ type: 'checkpoint', checkpoint })),
};
for await (const event of engine.runTurn(order.turn, controls)) console.log(JSON.stringify(event));
setInterval(() => {}, 1000);
