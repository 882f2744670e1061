import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { type Logger, silentLogger } from '@molecule/adapters';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { inject } from 'vitest';
import {
  startTemporalDevServer,
  type TemporalDevServer,
  type TemporalDevServerOptions,
  TemporalWorkflowWrapper,
  type WrapperOptions,
  workflowIdFor,
} from '../../src/index.js';
import type { LedgerBody, LedgerEntry } from '../fixtures/ledger-body.js';
import { Ledger } from './ledger.js';
import { waitUntil } from './wait-until.js';

const { PendingActivityState, WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/** Generous timeouts, so that a busy machine fails no test. */
const PATIENT = { connectTimeoutMs: 30_000, startTimeoutMs: 30_000 };

/** A directory with a ledger, a Temporal server on demand, and a plain client. Disposal removes all of them. */
export class Bench implements AsyncDisposable {
  readonly #resources = new AsyncDisposableStack();

  readonly #ledgers: Ledger;
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.#ledgers = new Ledger(directory);
  }

  static async create(): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'molecule-temporal-')));
    bench.#resources.defer(() => rm(bench.directory, { recursive: true, force: true, maxRetries: 5 }));
    return bench;
  }

  /** The server keeps its histories in a file, so that a second start on the same port continues with them. */
  async server(options: Partial<TemporalDevServerOptions> = {}): Promise<TemporalDevServer> {
    const server = await startTemporalDevServer({
      cliPath: inject('cliPath'),
      path: '',
      cacheDir: this.directory,
      dataFile: join(this.directory, 'temporal.db'),
      ...options,
    });
    return this.#resources.use(server);
  }

  /** Not started. */
  wrapper(host: string, options: Partial<WrapperOptions> = {}): TemporalWorkflowWrapper {
    const wrapper = new TemporalWorkflowWrapper({
      workspaceId: 'workspace-1',
      instanceId: 'instance-1',
      body: this.body(),
      logger: testLogger,
      workflowBundlePath: inject('workflowBundlePath'),
      ...options,
      server: { host, ...options.server },
      settings: { ...PATIENT, ...options.settings },
    });
    return this.#resources.use(wrapper);
  }

  /** Its ledger is in the bench's directory. */
  body(): LedgerBody {
    return this.#ledgers.body();
  }

  /** Another ledger, for a body that must not read entries of the first. */
  async subdirectory(name: string): Promise<Ledger> {
    const directory = join(this.directory, name);
    await mkdir(directory);
    return new Ledger(directory);
  }

  /** A client without a codec: it reads payloads as the server stores them. */
  async client(address: string): Promise<Client> {
    const connection = await Connection.connect({ address });
    this.#resources.defer(() => connection.close());
    return new Client({ connection });
  }

  begins(taskId: string): LedgerEntry[] {
    return this.#ledgers.begins(taskId);
  }

  entry(taskId: string, event: LedgerEntry['event'], count?: number): Promise<LedgerEntry> {
    return this.#ledgers.entry(taskId, event, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

/** Waits until the task's workflow is closed; its status. Reads no payload, so it needs no key. */
export function closedStatus(client: Client, taskId: string): Promise<string> {
  return waitUntil(`workflow of ${taskId} is closed`, async () => {
    const description = await describe(client, taskId);
    const state = WorkflowExecutionStatus[description?.workflowExecutionInfo?.status ?? 0] ?? '';
    return description && !state.endsWith('_RUNNING') && state.replace('WORKFLOW_EXECUTION_STATUS_', '');
  });
}

/** Waits until the activity of the task's turn runs, which is a moment after the turn itself began. */
export async function activityStarted(client: Client, taskId: string): Promise<void> {
  await waitUntil(`activity of ${taskId} runs`, async () => {
    const description = await describe(client, taskId);
    return description?.pendingActivities?.some(
      ({ state }) => state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
    );
  });
}

/** Nothing while the server does not know the workflow: a turn may have been begun, and its start still be on its way. */
async function describe(client: Client, taskId: string) {
  try {
    return await client.workflowService.describeWorkflowExecution({
      namespace: 'default',
      execution: { workflowId: workflowIdFor(taskId) },
    });
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return undefined;
    throw error;
  }
}

const testLogger: Logger = process.env['TEST_LOG']
  ? {
      debug: (message, fields) => console.log('debug', message, fields),
      info: (message, fields) => console.log('info', message, fields),
      warn: (message, fields) => console.log('warn', message, fields),
      error: (message, fields) => console.log('error', message, fields),
      child: () => testLogger,
    }
  : silentLogger;
