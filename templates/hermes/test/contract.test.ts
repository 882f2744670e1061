import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeAdapterContract, startScriptedModel, testContext } from '@molecule/adapters/testing';
import { afterAll } from 'vitest';
import { configSchema } from '../src/config.js';
import { adapter } from '../src/index.js';
import { processesWithEnvironment } from '../src/process/process-tree.js';
import { gatewayOf } from './support/gateway.js';
import { makeWorkspace, openEngine } from './support/workspace.js';

// A model server on loopback that plays the script in the user's text: [[{step}, {step}]].
const model = await startScriptedModel();
// All rules share one real Hermes. Each rule creates its own engines, which reach Hermes at HERMES_API_BASE.
// supervision.long.test.ts and resume.test.ts test a Hermes that the engine itself starts.
const workspace = await makeWorkspace();
const victim = join(workspace.root, 'victim');
await mkdir(victim);
const host = await openEngine(workspace, model);
const { pid, port, apiKey } = await gatewayOf(workspace);

afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await model.stop();
  await workspace[Symbol.asyncDispose]();
});

describeAdapterContract(adapter, {
  context: () =>
    testContext({
      config: configSchema.parse({}),
      environment: { HERMES_API_BASE: `http://127.0.0.1:${port}`, HERMES_API_KEY: apiKey },
    }),
  message: 'hello [[{"text":"Good morning."}]]',
  expect: 'Good morning.',
  marked: (mark) => `mark [[{"text":"It is ${mark}."}]]`,
  slow: {
    text: 'slow [[{"tool":"terminal","input":{"command":"sleep 8"}},{"text":"over"}]]',
    leftovers: async () => {
      const found = await processesWithEnvironment({ HERMES_HOME: join(workspace.stateDir, 'hermes', 'home') });
      return found.filter((id) => id !== pid).map((id) => `process ${id}`);
    },
  },
  failing: { text: 'fail [[{"status":401}]]', code: 'auth' },
  inputRequired: {
    text: `ask [[{"tool":"terminal","input":{"command":"rm -rf ${victim}"}},{"text":"so be it"}]]`,
    answer: 'deny',
    expect: 'so be it',
  },
  remembers: { first: 'one', second: 'count [[{"text":"messages: $TURNS"}]]', expect: 'messages: 2' },
  tools: 'compute [[{"tool":"terminal","input":{"command":"expr 6 \\\\* 7"}},{"text":"It is $TOOL"}]]',
  badConfig: { toolset: ['terminal'], max_steps: 0 },
});
