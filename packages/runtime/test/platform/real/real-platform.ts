import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from '../../../src/testing/until.js';
import { answerIn } from '../../support/fake-activities.js';
import { startMember, type TeamMember } from '../../team/delegation/team-process.js';

const WITHIN_MS = 60_000;

export interface RealPlatformOptions {
  /** The control plane's program. */
  readonly server: string;
  readonly database: string;
  readonly redis: string;
  /** Where it finds its migrations. */
  readonly directory: string;
}

interface Row {
  readonly activity_type: string;
  readonly method: string | null;
  readonly source_id: string | null;
  readonly response_body?: unknown;
}

/** A running control plane, as its canvas and its administrators use it. */
export class RealPlatform implements AsyncDisposable {
  readonly url: string;
  readonly #admin = crypto.randomUUID();
  readonly #options: RealPlatformOptions;
  readonly #members: TeamMember[] = [];
  #process: ChildProcess | undefined;

  constructor(options: RealPlatformOptions, port: number) {
    this.#options = options;
    this.url = `http://localhost:${port}`;
  }

  async start(): Promise<void> {
    const { server, database, redis, directory } = this.#options;
    this.#process = spawn(server, [], {
      cwd: directory,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        PORT: new URL(this.url).port,
        DATABASE_URL: database,
        REDIS_URL: redis,
        ADMIN_TOKEN: this.#admin,
        // Agents of this machine may be called.
        MOLECULE_ENV: 'development',
        // The checks look often.
        RATE_LIMIT: '100000',
      },
    });
    const answers = () =>
      fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('the control plane', answers, WITHIN_MS);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#admin}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** A workspace whose agent runs elsewhere, with its agent. Its token is in the reply that makes it. */
  async member(
    name: string,
    parent?: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly id: string; readonly member: TeamMember }> {
    const made = (await this.call('POST', '/workspaces', {
      name,
      external: true,
      runtime: 'external',
      ...(parent !== undefined && { parent_id: parent }),
    })) as { id: string; connection?: { auth_token?: string } };
    const token = made.connection?.auth_token;
    const member = await startMember(name, 'delegation: { retry_attempts: 100, retry_delay: 0.5, timeout: 30 }\n', {
      PLATFORM_URL: this.url,
      WORKSPACE_ID: made.id,
      ...environment,
      ...(token !== undefined && { MOLECULE_WORKSPACE_TOKEN: token }),
    });
    this.#members.push(member);
    await until(`${name} to be online`, async () => (await this.row(made.id))['status'] === 'online', WITHIN_MS);
    return { id: made.id, member };
  }

  /** True if it records messages for agents that it cannot call: it answers 410 for a cursor that it does not know. */
  async recordsMessages(): Promise<boolean> {
    const { id } = (await this.call('POST', '/workspaces', { name: 'None', external: true, runtime: 'external' })) as {
      id: string;
    };
    const path = `/workspaces/${id}/activity?since_id=00000000-0000-0000-0000-000000000000`;
    return this.call('GET', path).then(
      () => false,
      (error: unknown) => String(error).includes(': 410 '),
    );
  }

  async row(id: string): Promise<Readonly<Record<string, unknown>>> {
    return (await this.call('GET', `/workspaces/${id}`)) as Record<string, unknown>;
  }

  /** What the canvas sends. */
  async say(id: string, text: string, metadata: object = {}): Promise<string> {
    const message = { role: 'user', messageId: crypto.randomUUID(), parts: [{ kind: 'text', text }] };
    const reply = await this.call('POST', `/workspaces/${id}/a2a`, {
      method: 'message/send',
      params: { message, metadata },
    });
    return answerIn(reply);
  }

  /** What My Chat shows of the agent, oldest first. */
  async chat(id: string): Promise<readonly string[]> {
    const rows = (await this.call(
      'GET',
      `/workspaces/${id}/activity?type=a2a_receive&source=canvas&limit=50`,
    )) as Row[];
    return rows.reverse().flatMap(({ response_body }) => answerIn(response_body) || []);
  }

  async activity(id: string, type: string): Promise<readonly Row[]> {
    return (await this.call('GET', `/workspaces/${id}/activity?type=${type}&limit=500`)) as Row[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const member of this.#members) await member[Symbol.asyncDispose]();
    await this.kill();
  }
}

export async function startRealPlatform(options: RealPlatformOptions): Promise<RealPlatform> {
  const platform = new RealPlatform(options, await freePort());
  await platform.start();
  return platform;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
