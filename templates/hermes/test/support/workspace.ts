import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AdapterContext,
  type AgentEngine,
  type Logger,
  type McpEndpoint,
  silentLogger,
  type Turn,
} from '@molecule/adapters';
import type { ScriptedModel, TestStore } from '@molecule/adapters/testing/kit';
import { configSchema } from '../../src/config.js';
import { createEngine } from '../../src/create-engine.js';

/** The directory of the one Hermes that all tests use. Each test has an empty home directory. */
export const CACHE_HOME: string = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');

/** The folders of one workspace, removed after the test. */
export interface TestWorkspace extends AsyncDisposable {
  readonly root: string;
  readonly stateDir: string;
  readonly workDir: string;
  /** The file that describes the running gateway. */
  readonly gatewayRecord: string;
}

/** Creates the folders of a workspace. Their path begins with `name`. */
export async function makeWorkspace(name = 'molecule-hermes-'): Promise<TestWorkspace> {
  const root = await mkdtemp(join(tmpdir(), name));
  const stateDir = join(root, 'state');
  const workDir = join(root, 'work');
  await mkdir(stateDir);
  await mkdir(workDir);
  return {
    root,
    stateDir,
    workDir,
    gatewayRecord: join(stateDir, 'hermes', 'gateway.json'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** What a test can set. */
export interface EngineOptions {
  readonly settings?: Record<string, unknown>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly model?: string;
  /** Read for each turn, as in the runtime. */
  readonly systemPrompt?: string;
  readonly logger?: Logger;
  /** Tools of the runtime, and the address of their server. */
  readonly tools?: AdapterContext['tools'];
  readonly mcp?: McpEndpoint;
  /** If false, `model` and `environment` determine the model. Default true. */
  readonly endpoint?: boolean;
  /** The engine store. Default: none. */
  readonly store?: TestStore;
}

/** The engine context that the runtime would create, with the scripted model. */
export function contextFor(
  workspace: Pick<TestWorkspace, 'root' | 'stateDir' | 'workDir'>,
  model: Pick<ScriptedModel, 'url'>,
  options: EngineOptions = {},
): AdapterContext<ReturnType<typeof configSchema.parse>> {
  const { settings, environment, logger = silentLogger } = options;
  const endpoint = { modelEndpoint: { baseUrl: model.url, model: 'scripted', apiKey: 'test' } };
  return {
    config: configSchema.parse({ toolsets: ['terminal', 'file'], model_retries: 1, ...settings }),
    model: options.model ?? 'openai:scripted',
    ...(options.endpoint === false ? {} : endpoint),
    get systemPrompt() {
      return options.systemPrompt ?? 'Be brief.';
    },
    skills: [],
    tools: options.tools ?? [],
    ...(options.mcp && { mcp: { url: options.mcp.url } }),
    workspace: { id: 'test', configDir: workspace.root, stateDir: workspace.stateDir, workDir: workspace.workDir },
    environment: { PATH: process.env['PATH'], HOME: workspace.root, XDG_CACHE_HOME: CACHE_HOME, ...environment },
    ...(options.store && { store: options.store }),
    logger,
  };
}

/** Creates an engine with a real Hermes. */
export async function openEngine(
  workspace: TestWorkspace,
  model: ScriptedModel,
  options?: EngineOptions,
): Promise<AgentEngine & AsyncDisposable> {
  const engine = placed(await createEngine(contextFor(workspace, model, options)), workspace, options?.mcp);
  const { store } = options ?? {};
  const runTurn = engine.runTurn.bind(engine);
  engine.runTurn = (turn, controls) =>
    runTurn(turn, { ...controls, ...(store && { store: store.forTurn(turn.contextId) }) });
  return Object.assign(engine, { [Symbol.asyncDispose]: engine[Symbol.asyncDispose]?.bind(engine) }) as AgentEngine &
    AsyncDisposable;
}

/** The engine, whose turns get the working directory of the workspace if they have none, and the tools of the runtime. */
export function placed(
  engine: AgentEngine,
  { workDir }: Pick<TestWorkspace, 'workDir'>,
  mcp: McpEndpoint | undefined,
): AgentEngine {
  const runTurn = engine.runTurn.bind(engine);
  const place = <Asked extends Turn>(turn: Asked): Asked => (turn.workDir === '' ? { ...turn, workDir } : turn);
  engine.runTurn = (turn, controls) => {
    const own = place(turn);
    const whole = own.kind === 'continue' ? { ...own, original: place(own.original) } : own;
    return runTurn(whole, { ...controls, ...(mcp && { mcp }) });
  };
  return engine;
}
