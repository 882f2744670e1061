import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AdapterContext, type AgentEngine, type Logger, silentLogger } from '@molecule/adapters';
import type { ScriptedModel } from '@molecule/adapters/testing';
import { createEngine } from '../../src/create-engine.js';
import { settingsSchema } from '../../src/settings.js';

/** Where the one Hermes of all tests is installed; their own homes are empty. */
export const CACHE_HOME: string = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');

/** Folders of one workspace, gone at the end. */
export interface TestWorkspace extends AsyncDisposable {
  readonly root: string;
  readonly stateDir: string;
  readonly workDir: string;
  /** The file that tells of the running gateway. */
  readonly gatewayRecord: string;
}

/** Makes the folders of a workspace, whose path begins with `name`. */
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

/** What a test may set. */
export interface EngineOptions {
  readonly settings?: Record<string, unknown>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly model?: string;
  /** Read anew each time, as the runtime's is. */
  readonly systemPrompt?: string;
  readonly logger?: Logger;
  /** Tools of the runtime, and where they are called. */
  readonly tools?: AdapterContext['tools'];
  readonly mcp?: AdapterContext['mcp'];
  /** False: the model is reached by `model` and `environment`. Default true. */
  readonly endpoint?: boolean;
}

/** The context that the runtime would make, with the scripted model behind it. */
export function contextFor(
  workspace: Pick<TestWorkspace, 'root' | 'stateDir' | 'workDir'>,
  model: Pick<ScriptedModel, 'url'>,
  options: EngineOptions = {},
): AdapterContext<ReturnType<typeof settingsSchema.parse>> {
  const { settings, environment, logger = silentLogger } = options;
  const endpoint = { modelEndpoint: { baseUrl: model.url, model: 'scripted', apiKey: 'test' } };
  return {
    config: settingsSchema.parse({ toolsets: ['terminal', 'file'], model_retries: 1, ...settings }),
    model: options.model ?? 'openai:scripted',
    ...(options.endpoint === false ? {} : endpoint),
    get systemPrompt() {
      return options.systemPrompt ?? 'Be brief.';
    },
    skills: [],
    tools: options.tools ?? [],
    ...(options.mcp && { mcp: options.mcp }),
    workspace: { id: 'test', configDir: workspace.root, stateDir: workspace.stateDir, workDir: workspace.workDir },
    environment: { PATH: process.env['PATH'], HOME: workspace.root, XDG_CACHE_HOME: CACHE_HOME, ...environment },
    logger,
  };
}

/** Makes an engine with a real Hermes. */
export async function openEngine(
  workspace: TestWorkspace,
  model: ScriptedModel,
  options?: EngineOptions,
): Promise<AgentEngine & AsyncDisposable> {
  const engine = await createEngine(contextFor(workspace, model, options));
  return Object.assign(engine, { [Symbol.asyncDispose]: engine[Symbol.asyncDispose]?.bind(engine) }) as AgentEngine &
    AsyncDisposable;
}
