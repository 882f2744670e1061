import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeTool } from '@molecule/adapters';
import { type ContextOptions, makeContext, makeEngine, storeIn } from './workspace.js';

interface Order {
  readonly directory: string;
  readonly url: string;
  readonly options: ContextOptions;
}

/** The engine of a turn that runs in a process of its own. */
export default ({ directory, url, options }: Order) =>
  makeEngine(makeContext(directory, url, { ...options, tools: [waitForFile(directory)] }), storeIn(directory));

/** A tool that runs as long as the test requires. */
function waitForFile(directory: string): RuntimeTool {
  return {
    name: 'wait_for_file',
    description: 'Waits until a file exists.',
    inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
    async execute({ name }) {
      while (!existsSync(join(directory, String(name)))) await sleep(10);
      return 'it is there';
    },
  };
}
