// The unmodified A2A SDK with its own request handler and store: `memory`, `sqlite`, or `postgres` at `DATABASE_URL`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { A2A_PROTOCOL_VERSION, AGENT_CARD_PATH, type AgentCard, type Part, TaskState } from '@a2a-js/sdk';
import {
  AgentEvent,
  type AgentExecutor,
  DefaultRequestHandler,
  type ExecutionEventBus,
  InMemoryTaskStore,
  type RequestContext,
  type TaskStore,
} from '@a2a-js/sdk/server';
import { DatabaseTaskStore } from '@a2a-js/sdk/server/database';
import { agentCardHandler, jsonRpcHandler, UserBuilder } from '@a2a-js/sdk/server/express';
import Database from 'better-sqlite3';
import express from 'express';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import { ready } from './ready.ts';

const text = (value: string): Part => ({
  content: { $case: 'text', value },
  mediaType: 'text/plain',
  filename: '',
  metadata: undefined,
});

/** Publishes the same events as the runtime with this engine: the task, its answer as an artifact, its completion. */
class NoopExecutor implements AgentExecutor {
  cancelTask = async (): Promise<void> => {};

  async execute({ taskId, contextId, userMessage }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const input = userMessage.parts.map((part) => (part.content?.$case === 'text' ? part.content.value : '')).join('');
    const chunks = Number(/^stream (\d+)$/.exec(input)?.[1] ?? 0);
    const status = (state: TaskState) => ({ state, message: undefined, timestamp: new Date().toISOString() });
    bus.publish(
      AgentEvent.task({
        id: taskId,
        contextId,
        status: status(TaskState.TASK_STATE_WORKING),
        artifacts: [],
        history: [userMessage],
        metadata: undefined,
      }),
    );
    const artifact = (part: Part) => ({
      artifactId: 'answer',
      name: 'answer',
      description: '',
      parts: [part],
      metadata: undefined,
      extensions: [],
    });
    const publish = (part: Part, append: boolean, lastChunk: boolean) =>
      bus.publish(
        AgentEvent.artifactUpdate({
          taskId,
          contextId,
          artifact: artifact(part),
          append,
          lastChunk,
          metadata: undefined,
        }),
      );
    if (chunks === 0) publish(text('ok'), false, true);
    for (let chunk = 0; chunk < chunks; chunk++) publish(text(`chunk ${chunk} `), chunk > 0, chunk === chunks - 1);
    bus.publish(
      AgentEvent.statusUpdate({
        taskId,
        contextId,
        status: status(TaskState.TASK_STATE_COMPLETED),
        metadata: undefined,
      }),
    );
  }
}

function openStore(kind: string | undefined): TaskStore {
  if (kind === 'postgres') return openPostgresStore(process.env['DATABASE_URL'] ?? '');
  if (kind !== 'sqlite') return new InMemoryTaskStore();
  const file = join(mkdtempSync(join(tmpdir(), 'molecule-bench-')), 'tasks.db');
  migrate(`sqlite:${file}`);
  const sqlite = new Database(file);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = NORMAL');
  return new DatabaseTaskStore(new Kysely({ dialect: new SqliteDialect({ database: sqlite }) }));
}

/** With as many connections as the runtime has by default. */
function openPostgresStore(url: string): TaskStore {
  migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  return new DatabaseTaskStore(new Kysely({ dialect: new PostgresDialect({ pool }) }));
}

function migrate(url: string): void {
  const sdk = dirname(createRequire(import.meta.url).resolve('@a2a-js/sdk/server'));
  const migrated = spawnSync(process.execPath, [join(sdk, '..', 'cli', 'a2a_db.js'), 'upgrade', '--url', url]);
  if (migrated.status !== 0) throw new Error(`a2a-db upgrade failed: ${migrated.stderr}`);
}

const app = express();
const server = app.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const card: AgentCard = {
    name: 'raw',
    description: 'raw',
    version: '1.0.0',
    supportedInterfaces: [
      { url: `${url}/`, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION },
    ],
    provider: undefined,
    capabilities: { streaming: true, pushNotifications: false, extensions: [], extendedAgentCard: false },
    securitySchemes: {},
    securityRequirements: [],
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
    signatures: [],
  };
  const requestHandler = new DefaultRequestHandler(card, openStore(process.argv[2]), new NoopExecutor());
  app.use(`/${AGENT_CARD_PATH}`, agentCardHandler({ agentCardProvider: requestHandler }));
  app.use(jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }));
  ready(url);
});
