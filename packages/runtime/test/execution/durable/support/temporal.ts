import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  startTemporalDevServer,
  type TemporalDevServer,
  type TemporalDevServerOptions,
} from '@molecule/temporal/testing';

const run = promisify(execFile);

/** A real Temporal server, by default in memory and on a free port. */
export function startTemporal(
  options: Pick<TemporalDevServerOptions, 'port' | 'dataFile' | 'extraArgs'> = {},
): Promise<TemporalDevServer> {
  return startTemporalDevServer({
    path: process.env['PATH'] ?? '',
    cacheDir: join(homedir(), '.cache', 'molecule'),
    ...options,
  });
}

/** Freezes the server: it keeps its connections, and answers nothing until `goOn` is called. */
export function freezeTemporal(server: TemporalDevServer): { goOn(): void } {
  server.kill('SIGSTOP');
  return { goOn: () => void server.kill('SIGCONT') };
}

/** Sends SIGKILL and waits for the end of the server. */
export async function killTemporal(server: TemporalDevServer): Promise<void> {
  server.kill('SIGKILL');
  // The server's handle keeps no process alive by itself.
  const awake = setInterval(() => {}, 1_000);
  await server.exited;
  clearInterval(awake);
}

/** A payload as in a history: base64. */
interface Payload {
  readonly metadata?: { readonly encoding?: string };
  readonly data?: string;
}

export interface WorkflowHistory {
  readonly eventTypes: readonly string[];
  /** Everything that a person with access to Temporal's database could read: names, memo, and every payload, decoded. */
  readonly readable: string;
}

/** The newest run of a task's workflow, as Temporal's command line shows it to an operator. */
export async function historyOf(server: TemporalDevServer, taskId: string): Promise<WorkflowHistory> {
  const text = await workflowCommand(server, 'show', taskId);
  const { events } = JSON.parse(text) as { readonly events: readonly { readonly eventType: string }[] };
  return { eventTypes: events.map(({ eventType }) => eventType), readable: `${text}\n${decoded(JSON.parse(text))}` };
}

/** `RUNNING`, `COMPLETED`, `CANCELED`, ...; undefined if the task has no workflow. */
export async function workflowStatus(server: TemporalDevServer, taskId: string): Promise<string | undefined> {
  const description = await describe(server, taskId);
  return description?.workflowExecutionInfo.status.replace('WORKFLOW_EXECUTION_STATUS_', '');
}

/** True if Temporal shows a running attempt of the turn's activity. The turn itself begins a moment earlier. */
export async function isAttended(server: TemporalDevServer, taskId: string): Promise<boolean> {
  const { pendingActivities = [] } = (await describe(server, taskId)) ?? {};
  return pendingActivities.some(({ state }) => state === 'PENDING_ACTIVITY_STATE_STARTED');
}

/** Milliseconds by Temporal's clock from the start of the turn's attempt to its last heartbeat; 0 without a heartbeat. */
export async function heardForMs(server: TemporalDevServer, taskId: string): Promise<number> {
  const [activity] = (await describe(server, taskId))?.pendingActivities ?? [];
  if (!activity?.lastHeartbeatTime || !activity.lastStartedTime) return 0;
  return Date.parse(activity.lastHeartbeatTime) - Date.parse(activity.lastStartedTime);
}

/** Type of the failure with which the turn's last attempt ended, by Temporal's record. */
export async function lastFailure(server: TemporalDevServer, taskId: string): Promise<string | undefined> {
  const [activity] = (await describe(server, taskId))?.pendingActivities ?? [];
  return activity?.lastFailure?.applicationFailureInfo?.type;
}

/** The runs of a task's workflow: one for each of its turns. */
export async function runIds(server: TemporalDevServer, taskId: string): Promise<readonly string[]> {
  const query = `WorkflowId = '${workflowId(taskId)}'`;
  const text = await temporal(server, ['workflow', 'list', '--query', query, '--output', 'json']);
  const runs = JSON.parse(text) as readonly { readonly execution: { readonly runId: string } }[];
  return runs.map(({ execution }) => execution.runId);
}

/** The number of open workflows of the workspace. */
export function openWorkflows(server: TemporalDevServer, workspaceId: string): Promise<number> {
  return countWorkflows(server, workspaceId, 'Running');
}

/** The number of completed workflows of the workspace. */
export function completedWorkflows(server: TemporalDevServer, workspaceId: string): Promise<number> {
  return countWorkflows(server, workspaceId, 'Completed');
}

async function countWorkflows(server: TemporalDevServer, workspaceId: string, status: string): Promise<number> {
  const query = `TaskQueue = 'molecule-agent-tasks-${workspaceId}' AND ExecutionStatus = '${status}'`;
  const text = await temporal(server, ['workflow', 'count', '--query', query, '--output', 'json']);
  return Number((JSON.parse(text) as { readonly count?: string }).count ?? 0);
}

export async function cancelWorkflow(server: TemporalDevServer, taskId: string): Promise<void> {
  await temporal(server, ['workflow', 'cancel', '--workflow-id', workflowId(taskId)]);
}

export async function terminateWorkflow(server: TemporalDevServer, taskId: string): Promise<void> {
  await temporal(server, ['workflow', 'terminate', '--workflow-id', workflowId(taskId)]);
}

/** Any command of an operator on the workflow of a task: `['activity', 'pause', '--activity-id', 'llm_call']`. */
export async function operate(server: TemporalDevServer, taskId: string, words: readonly string[]): Promise<void> {
  await temporal(server, [...words, '--workflow-id', workflowId(taskId)]);
}

interface WorkflowDescription {
  readonly workflowExecutionInfo: { readonly status: string };
  readonly pendingActivities?: readonly {
    readonly state: string;
    readonly lastStartedTime?: string;
    readonly lastHeartbeatTime?: string;
    readonly lastFailure?: { readonly applicationFailureInfo?: { readonly type?: string } };
  }[];
}

/** Undefined if there is no such workflow. */
async function describe(server: TemporalDevServer, taskId: string): Promise<WorkflowDescription | undefined> {
  try {
    return JSON.parse(await workflowCommand(server, 'describe', taskId)) as WorkflowDescription;
  } catch (error) {
    if (/not found/i.test((error as { readonly stderr?: string }).stderr ?? '')) return undefined;
    throw error;
  }
}

function workflowId(taskId: string): string {
  return `molecule-${taskId}`;
}

function workflowCommand(server: TemporalDevServer, verb: 'show' | 'describe', taskId: string): Promise<string> {
  return temporal(server, ['workflow', verb, '--workflow-id', workflowId(taskId), '--output', 'json']);
}

/** Runs a command of the server's own command line. */
async function temporal({ cli, address }: TemporalDevServer, words: readonly string[]): Promise<string> {
  const { stdout } = await run(cli.path, [...words, '--address', address], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

function decoded(value: unknown): string {
  if (Array.isArray(value)) return value.map(decoded).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const { metadata, data } = value as Payload;
  if (metadata?.encoding !== undefined && typeof data === 'string')
    return [metadata.encoding, data].map(fromBase64).join(' ');
  return Object.values(value).map(decoded).join('\n');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}

/** A server that accepts connections and never answers. */
export async function openBlackHole(): Promise<AsyncDisposable & { readonly address: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nothing listens. */
export async function unusedPort(): Promise<number> {
  for (;;) {
    // Below the range from which the system assigns ports to outgoing connections, so that none of them gets this port.
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => server.close(() => resolve(true)));
      server.once('error', () => resolve(false));
    });
    if (isFree) return port;
  }
}
