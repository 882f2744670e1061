import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, Logger } from '@molecule/adapters';
import { silentLogger } from '@molecule/adapters';
import { type RuntimeInfo, startRuntime } from '../../src/index.js';

/** A runtime on a free port, with a state directory of its own. */
export interface TestRuntime extends AsyncDisposable {
  readonly info: RuntimeInfo;
  readonly url: string;
  readonly directory: string;
  /** Stops it and starts another on the same state; `graceMs` 0 aborts what runs. */
  restart(options?: { readonly adapter?: Adapter; readonly graceMs?: number }): Promise<TestRuntime>;
  shutdown(graceMs?: number): Promise<void>;
}

export interface TestRuntimeOptions {
  readonly adapter: Adapter;
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly directory?: string;
  readonly logger?: Logger;
  /** Default: any free one. */
  readonly port?: number;
}

export async function startTestRuntime(options: TestRuntimeOptions): Promise<TestRuntime> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'molecule-runtime-')));
  const config =
    options.config ?? `name: Test\ndescription: A test.\nversion: 1.0.0\nruntime: ${options.adapter.name}\n`;
  await writeFile(join(directory, 'config.yaml'), config);
  const runtime = startRuntime({
    configPath: directory,
    environment: { MOLECULE_TEMPORAL: 'off', ...options.environment },
    port: options.port ?? 0,
    adapter: options.adapter,
    logger: options.logger ?? silentLogger,
  });
  const remove = async () => {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  const info = await runtime.ready.catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    info,
    url: info.url,
    directory,
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
