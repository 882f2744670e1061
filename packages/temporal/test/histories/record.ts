// Records the histories of this version that the replay test replays: npm run record-release, once for each minor version. Those of older
// versions stay as they are: they show that running workflows survive an upgrade.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@molecule/adapters';
import {
  startTemporalDevServer,
  TemporalWorkflowWrapper,
  TurnHandedOverError,
  type TurnInput,
  workflowIdFor,
} from '@molecule/temporal';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { LedgerBody } from '../fixtures/ledger-body.ts';

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const MINOR = (JSON.parse(manifest) as { readonly version: string }).version.split('.').slice(0, 2).join('.');
await mkdir(new URL(`./${MINOR}/`, import.meta.url), { recursive: true });
const directory = await mkdtemp(join(tmpdir(), 'molecule-histories-'));
const server = await startTemporalDevServer({
  path: process.env['PATH'] ?? '',
  cacheDir: fileURLToPath(new URL('../../node_modules/.cache/temporal-cli', import.meta.url)),
});
const client = new Client({ connection: await Connection.connect({ address: server.address }) });

await record('completed', input({ text: 'done' }));
await record('agent-error', input({ fail: 'the model said no' }));
await record('canceled', input({ ticks: 400 }), async (wrapper, { taskId }) => wrapper.cancel(taskId));
await record('handed-over', input({ ticks: 40 }), async (wrapper) => {
  await wrapper.stop({ graceMs: 0 });
  await start();
});
await record('still-running', input({ ticks: 400 }), async () => {}, false);
await server.stop();
await rm(directory, { recursive: true, force: true });
process.exit(0);

async function record(
  name: string,
  turn: TurnInput,
  disturb: (wrapper: TemporalWorkflowWrapper, turn: TurnInput) => Promise<unknown> = async () => {},
  toItsEnd = true,
): Promise<void> {
  const wrapper = await start();
  void wrapper.run(turn);
  await setTimeout(500);
  await disturb(wrapper, turn);
  const handle = client.workflow.getHandle(workflowIdFor(turn.taskId));
  while (toItsEnd && (await handle.describe()).status.name === 'RUNNING') await setTimeout(100);
  const history = historyToJSON(await handle.fetchHistory());
  const file = fileURLToPath(new URL(`./${MINOR}/${name}.json`, import.meta.url));
  await writeFile(file, `${JSON.stringify(JSON.parse(history), null, 2)}\n`);
  await wrapper.stop({ graceMs: 0 });
}

async function start(): Promise<TemporalWorkflowWrapper> {
  const body = new LedgerBody(directory, () => new TurnHandedOverError());
  const wrapper = new TemporalWorkflowWrapper({
    workspaceId: 'recorded',
    instanceId: 'recorder',
    server: { host: server.address },
    body,
    logger: silentLogger,
  });
  await wrapper.start();
  return wrapper;
}

function input(metadata: TurnInput['metadata']): TurnInput {
  return {
    taskId: `recorded-${Math.random().toString(36).slice(2)}`,
    contextId: 'context-1',
    messageId: 'message-1',
    turn: 1,
    userInput: 'hello',
    parts: [],
    model: 'test:model',
    workspaceId: 'recorded',
    history: [],
    metadata,
  };
}
