import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '@molecule/runtime';
import { startCrashingAgent } from './crashing-agent.ts';
import { startPushReceiver } from './push-receiver.ts';
import { TOKEN } from './script.ts';
import { scriptedAdapter } from './scripted-adapter.ts';

/** The servers that the clients meet. */
export interface Agents extends AsyncDisposable {
  /** Tells a program of a kit where they are. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same for a client that refuses a card with gRPC on it. */
  readonly withoutGrpc: Readonly<Record<string, string>>;
}

/** The receiver of notifications is on this machine. */
const BASE = { MOLECULE_TEMPORAL: 'off', MOLECULE_PUSH_ALLOW: '127.0.0.1' } as const;
const SETTINGS = { ...BASE, MOLECULE_GRPC_PORT: '0' } as const;

export async function startAgents(): Promise<Agents> {
  await using starting = new AsyncDisposableStack();
  const receiver = starting.use(await startPushReceiver());
  const withToken = { MOLECULE_TOKENS: `client:${TOKEN}` };
  const open = starting.use(await startAgent(SETTINGS));
  const tokens = starting.use(await startAgent({ ...SETTINGS, ...withToken }));
  const openWithoutGrpc = starting.use(await startAgent(BASE));
  const tokensWithoutGrpc = starting.use(await startAgent({ ...BASE, ...withToken }));
  const place = starting.use(await makeDirectory());
  const crashing = starting.use(await startCrashingAgent(place.path, SETTINGS));
  const started = starting.move();
  const environment = {
    OPEN_URL: open.url,
    TOKENS_URL: tokens.url,
    TOKEN,
    RECEIVER_URL: receiver.url,
    CRASHING_URL: crashing.url,
    CRASH_URL: crashing.crashUrl,
  };
  return {
    environment,
    withoutGrpc: { ...environment, OPEN_URL: openWithoutGrpc.url, TOKENS_URL: tokensWithoutGrpc.url },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function startAgent(settings: Readonly<Record<string, string>>) {
  const directory = await makeDirectory();
  const runtime = startRuntime({
    configPath: directory.path,
    environment: settings,
    port: 0,
    adapter: scriptedAdapter,
    logger: silentLogger,
  });
  const { url } = await runtime.ready;
  return {
    url,
    async [Symbol.asyncDispose]() {
      await runtime.shutdown({ graceMs: 0 });
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function makeDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'molecule-clients-'));
  const config = `name: Clients\ndescription: Plays what a message names.\nversion: 1.0.0\nruntime: ${scriptedAdapter.name}\n`;
  await writeFile(join(path, 'config.yaml'), config);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
