// Durable execution built in the obvious way: a workflow of normal activities on one shared task queue, whose result the
// caller awaits. `POST /threeActivities` or `/oneActivity`: the text is sent when the engine answers, the end when the
// workflow has ended.
import { createServer } from 'node:http';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readyOn } from './ready.ts';

const TASK_QUEUE = 'agent-tasks';

export type SeedActivities = typeof activities;

const listeners = new Map<string, () => void>();
const activities = {
  async task_receive(_text: string): Promise<void> {},
  async llm_call(_text: string): Promise<string> {
    listeners.get(Context.current().info.workflowExecution?.workflowId ?? '')?.();
    return 'ok';
  },
  async task_complete(_answer: string): Promise<void> {},
};

const logger = new DefaultLogger('ERROR');
Runtime.install({ logger, shutdownSignals: [] });
const address = process.env['TEMPORAL_HOST'] ?? '';
const workflowsPath = fileURLToPath(new URL('./seed-workflows.ts', import.meta.url));
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: TASK_QUEUE,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }),
  activities,
});
void worker.run();
const client = new Client({ connection: await Connection.connect({ address }) });

const server = createServer(async (request, response) => {
  const workflowId = crypto.randomUUID();
  listeners.set(workflowId, () => response.write('text\n'));
  const shape = (request.url ?? '').slice(1);
  await client.workflow.execute(shape, { workflowId, taskQueue: TASK_QUEUE, args: ['hello'] });
  listeners.delete(workflowId);
  response.end(`${workflowId}\n`);
});
readyOn(server.listen(0, '127.0.0.1'));
