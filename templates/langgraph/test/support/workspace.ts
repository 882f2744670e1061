import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AdapterContext, type RuntimeTool, silentLogger } from '@molecule/adapters';
import { type TestStore, testStore } from '@molecule/adapters/testing/kit';
import { configSchema, type LangGraphConfig } from '../../src/config.js';
import { LangGraphEngine } from '../../src/engine.js';

/** Folders of a workspace that the test owns. */
export interface TestWorkspace extends AsyncDisposable {
  readonly directory: string;
}

export async function makeWorkspace(): Promise<TestWorkspace> {
  const directory = await mkdtemp(join(tmpdir(), 'langgraph-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

export interface ContextOptions {
  readonly model?: string;
  readonly config?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  readonly tools?: readonly RuntimeTool[];
  /** Read for each turn, as in the runtime. */
  readonly systemPrompt?: string;
}

/** An engine context whose model is the scripted one at `url`. */
export function makeContext(
  directory: string,
  url: string,
  options: ContextOptions = {},
): AdapterContext<LangGraphConfig> {
  return {
    config: configSchema.parse(options.config ?? {}),
    model: options.model ?? 'openai:scripted',
    get systemPrompt() {
      return options.systemPrompt ?? 'You are a test.';
    },
    skills: [],
    tools: options.tools ?? [],
    store: storeIn(directory),
    workspace: { id: 'test', configDir: directory, stateDir: directory, workDir: directory },
    environment: {
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: `${url}/v1`,
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: url,
      ...options.environment,
    },
    logger: silentLogger,
  };
}

/** The engine store, on the disk: processes may share it. */
export function storeIn(directory: string): TestStore {
  const path = join(directory, 'store');
  mkdirSync(path, { recursive: true });
  return testStore(path);
}

/** The template's engine, whose turns get the engine store as in the runtime. */
export function makeEngine(context: AdapterContext<LangGraphConfig>, store: TestStore): LangGraphEngine {
  const engine = new LangGraphEngine(context);
  const runTurn = engine.runTurn.bind(engine);
  engine.runTurn = (turn, controls) => runTurn(turn, { ...controls, store: store.forTurn(turn.contextId) });
  return engine;
}
