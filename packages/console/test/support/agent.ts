import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { freePort } from '@molecule/adapters';
import {
  type RuntimeProcess,
  startRuntimeProcess,
  startTestRuntime,
  TestClient,
  type TestRuntime,
} from '@molecule/runtime/testing';
import { adapter } from './scripted-adapter.ts';

const CONFIG = `name: Release Desk
description: Plans releases, asks before it deploys, and keeps the calendar.
version: 1.4.0
runtime: scripted
`;

/** An agent with the console, in a directory of its own. */
interface Agent extends AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  /** A2A as another client. */
  client(token?: string): TestClient;
  /** Lets the steps `{ gate: name }` pass. */
  openGate(name: string): Promise<void>;
}

/** An agent that runs in this process. */
export interface LocalAgent extends Agent {
  readonly runtime: TestRuntime;
}

/** An agent in a process of its own. */
export interface AgentProcess extends Agent {
  /** Kills the process (SIGKILL), and starts none. */
  kill(): Promise<void>;
  /** Starts another process with the same state on the same port. */
  start(): Promise<void>;
}

interface AgentOptions {
  /** `config.yaml`. */
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Contents of further files beside `config.yaml`, by their path. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function startAgent({
  config = CONFIG,
  environment = {},
  files = {},
}: AgentOptions = {}): Promise<LocalAgent> {
  const directory = await agentDirectory(config);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  const runtime = await startTestRuntime({
    adapter,
    config,
    directory,
    environment: { MOLECULE_CONSOLE: 'on', ...environment },
  });
  return {
    runtime,
    url: runtime.url,
    directory,
    client: (token) => new TestClient(runtime.url, token),
    openGate: (name) => openGate(directory, name),
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function startAgentProcess({
  config = CONFIG,
  environment = {},
}: AgentOptions = {}): Promise<AgentProcess> {
  const directory = await agentDirectory(config);
  await writeFile(join(directory, 'config.yaml'), config);
  const settings = {
    PATH: process.env['PATH'] ?? '',
    PORT: String(await freePort()),
    ADAPTER_MODULE: fileURLToPath(new URL('scripted-module.mjs', import.meta.url)),
    MOLECULE_CONSOLE: 'on',
    ...environment,
  };
  const start = () => startRuntimeProcess({ directory, environment: settings });
  let running: RuntimeProcess = await start();
  return {
    url: running.url,
    directory,
    client: (token) => new TestClient(running.url, token),
    openGate: (name) => openGate(directory, name),
    async kill() {
      await running.kill('SIGKILL');
    },
    async start() {
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The runtime finds the console from the directory of `config.yaml`, as it does in a template that has installed it. */
async function agentDirectory(config: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-console-'));
  await writeFile(join(directory, 'config.yaml'), config);
  const packages = join(directory, 'node_modules', '@molecule');
  await mkdir(packages, { recursive: true });
  await symlink(fileURLToPath(new URL('../..', import.meta.url)), join(packages, 'console'));
  return directory;
}

async function openGate(directory: string, name: string): Promise<void> {
  await mkdir(join(directory, 'gates'), { recursive: true });
  await writeFile(join(directory, 'gates', name), '');
}
