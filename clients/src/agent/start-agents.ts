import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@molecule/adapters';
import { startRuntime } from '@molecule/runtime';
import { TOKEN } from './script.ts';
import { scriptedAdapter } from './scripted-adapter.ts';

/** The servers that the clients meet. */
export interface Agents extends AsyncDisposable {
  /** Without tokens. */
  readonly openUrl: string;
  /** Wants the bearer token `TOKEN`. */
  readonly tokensUrl: string;
}

export async function startAgents(): Promise<Agents> {
  const open = await startAgent({});
  const tokens = await startAgent({ MOLECULE_TOKENS: `client:${TOKEN}` });
  return {
    openUrl: open.url,
    tokensUrl: tokens.url,
    async [Symbol.asyncDispose]() {
      await Promise.all([open.stop(), tokens.stop()]);
    },
  };
}

async function startAgent(environment: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-clients-'));
  const config = `name: Clients\ndescription: Plays what a message names.\nversion: 1.0.0\nruntime: ${scriptedAdapter.name}\n`;
  await writeFile(join(directory, 'config.yaml'), config);
  const runtime = startRuntime({
    configPath: directory,
    environment: { MOLECULE_TEMPORAL: 'off', ...environment },
    port: 0,
    adapter: scriptedAdapter,
    logger: silentLogger,
  });
  const { url } = await runtime.ready;
  return {
    url,
    async stop() {
      await runtime.shutdown({ graceMs: 0 });
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
