import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, Logger } from '@molecule/adapters';
import type { ScriptedModel } from '@molecule/adapters/testing/kit';
import type { RuntimeInfo } from '../boot/runtime-types.js';
import { startRuntime } from '../boot/start-runtime.js';
import type { Env } from '../settings/environment/env.js';
import { type LoggedLine, recordingLogger } from './recording-logger.js';
import { TestClient } from './test-client.js';

/** A runtime on a free port, with a directory of its own. */
export interface TestRuntime extends AsyncDisposable {
  readonly info: RuntimeInfo;
  readonly url: string;
  /** Where `config.yaml` is; the state directory is below it. */
  readonly directory: string;
  /** Without a token. */
  readonly client: TestClient;
  /** What was logged so far; empty if the test brought a logger. */
  readonly logs: readonly LoggedLine[];
  /** Stops it and starts another on the same directory; with `graceMs` 0, the default, running turns are aborted. */
  restart(options?: { readonly adapter?: Adapter; readonly graceMs?: number }): Promise<TestRuntime>;
  shutdown(graceMs?: number): Promise<void>;
}

export interface TestRuntimeOptions {
  readonly adapter: Adapter;
  /** The text of `config.yaml`. Default: a name, a description, a version and `runtime`. */
  readonly config?: string;
  /** Wins over the defaults: no Temporal, and what `model` needs. */
  readonly environment?: Env;
  /** A scripted model that the engine finds under the usual variables (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, keys). */
  readonly model?: Pick<ScriptedModel, 'url'>;
  /** Default: a temporary one, removed at the end. */
  readonly directory?: string;
  /** Default: one that records. */
  readonly logger?: Logger;
  /** Default: any free one. */
  readonly port?: number;
}

/** Starts a real runtime for a test and waits until it serves. */
export async function startTestRuntime(options: TestRuntimeOptions): Promise<TestRuntime> {
  const { adapter, model } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'molecule-runtime-')));
  const config = options.config ?? `name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: ${adapter.name}\n`;
  await writeFile(join(directory, 'config.yaml'), config);
  const { logger, lines } = recordingLogger();
  const runtime = startRuntime({
    configPath: directory,
    environment: { MOLECULE_TEMPORAL: 'off', ...(model && environmentFor(model)), ...options.environment },
    port: options.port ?? 0,
    adapter,
    logger: options.logger ?? logger,
  });
  const remove = async () => {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const info = await runtime.ready.catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    info,
    url: info.url,
    directory,
    client: new TestClient(info.url),
    logs: lines,
    shutdown: (graceMs) => runtime.shutdown(graceMs === undefined ? {} : { graceMs }),
    async restart(again = {}) {
      await runtime.shutdown({ graceMs: again.graceMs ?? 0 });
      return startTestRuntime({ ...options, ...(again.adapter && { adapter: again.adapter }), directory });
    },
    async [Symbol.asyncDispose]() {
      await runtime.shutdown({ graceMs: 0 });
      await remove();
    },
  };
}

function environmentFor({ url }: Pick<ScriptedModel, 'url'>): Env {
  return {
    OPENAI_API_KEY: 'scripted',
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_API_KEY: 'scripted',
    ANTHROPIC_BASE_URL: url,
  };
}
