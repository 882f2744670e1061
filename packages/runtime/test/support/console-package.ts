import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter } from '@molecule/adapters';
import type { Env } from '../../src/settings/environment/env.js';
import { startTestRuntime, type TestRuntime } from './test-runtime.js';

/** A page as the package builds it. */
const PAGE = '<!doctype html><html><head><base href="/"><title>Console</title></head><body></body></html>';

/** Installs a small package in the place of `@molecule/console` for a template's directory. */
export async function installConsole(directory: string): Promise<void> {
  const home = join(directory, 'node_modules', '@molecule', 'console');
  await mkdir(join(home, 'dist', 'page', 'assets'), { recursive: true });
  const manifest = { name: '@molecule/console', version: '0.1.0', type: 'module', exports: './dist/index.js' };
  await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(home, 'dist', 'index.js'),
    "export const consoleDirectory = new URL('./page/', import.meta.url);\n",
  );
  await writeFile(join(home, 'dist', 'page', 'index.html'), PAGE);
  await writeFile(join(home, 'dist', 'page', 'assets', 'index-1a2b.js'), `${'// words\n'.repeat(200)}`);
}

export interface ConsoleRuntimeOptions {
  readonly adapter: Adapter;
  readonly environment?: Env;
  readonly config?: string;
}

/** A runtime with the console, whose pages are a small package. */
export interface ConsoleRuntime extends AsyncDisposable {
  readonly runtime: TestRuntime;
  /** The base of the read API. */
  readonly api: string;
  /** The JSON at a path of the read API, which must be found. */
  get<Body = Record<string, never>>(path: string, token?: string): Promise<Body>;
}

export async function startConsoleRuntime(options: ConsoleRuntimeOptions): Promise<ConsoleRuntime> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-console-'));
  await installConsole(directory);
  const environment = { MOLECULE_CONSOLE: 'on', ...options.environment };
  const runtime = await startTestRuntime({ ...options, environment, directory });
  const api = `${runtime.url}/console/api`;
  return {
    runtime,
    api,
    async get<Body>(path: string, token?: string): Promise<Body> {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${api}/${path}`, { headers });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Body;
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
