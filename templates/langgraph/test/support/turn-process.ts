import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeTool, Turn } from '@molecule/adapters';
import { LangGraphEngine } from '../../src/engine.js';
import { type ContextOptions, makeContext } from './workspace.js';

// Runs one turn in a process of its own, so that a test can kill it; prints each event as a line of JSON.
interface Job {
  readonly directory: string;
  readonly url: string;
  readonly options: ContextOptions;
  readonly turn: Turn;
}

const { directory, url, options, turn } = JSON.parse(process.argv[2] ?? '') as Job;
/** A tool that takes as long as the test likes. */
const waitForFile: RuntimeTool = {
  name: 'wait_for_file',
  description: 'Waits until a file exists.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  async execute({ name }) {
    while (!existsSync(join(directory, String(name)))) await sleep(10);
    return 'it is there';
  },
};

await using engine = new LangGraphEngine(makeContext(directory, url, { ...options, tools: [waitForFile] }));
for await (const event of engine.runTurn(turn, { signal: new AbortController().signal, checkpoint() {} })) {
  if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, 'drain');
}
