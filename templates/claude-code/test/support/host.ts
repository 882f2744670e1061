// A runtime that a test can kill: runs one turn, and prints each event as a line of JSON.
import type { TurnEvent } from '@molecule/adapters';
import { controls } from './turns.js';
import { makeEngine } from './workspace.js';

const { workspace, options, turn } = JSON.parse(process.argv[2] ?? '');
const engine = await makeEngine(workspace, options);
for await (const event of engine.runTurn(turn, controls())) print(event);
await engine[Symbol.asyncDispose]();

function print(event: TurnEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
