import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterContext, AgentEngine, ModelEndpoint, Skill } from '@molecule/adapters';
import { silentLogger } from '@molecule/adapters';
import { configSchema } from '../../src/config.js';
import { adapter } from '../../src/index.js';

export interface TestWorkspace extends AsyncDisposable {
  readonly root: string;
  readonly workDir: string;
  readonly stateDir: string;
  readonly configDir: string;
}

export interface TestEngineOptions {
  /** Absent: the model is found by the environment. */
  readonly endpoint?: ModelEndpoint;
  readonly config?: unknown;
  /** Read anew each time, as the runtime's is. */
  readonly systemPrompt?: string;
  /** Read anew each time, as the runtime's are. */
  readonly skills?: readonly Skill[];
  readonly environment?: AdapterContext['environment'];
}

/** Three new folders in the temporary directory, gone at the end. */
export async function makeWorkspace(): Promise<TestWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'claude-code-'));
  const folders = { workDir: join(root, 'work'), stateDir: join(root, 'state'), configDir: join(root, 'config') };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return { root, ...folders, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The template's engine in a workspace, with the real Claude Code behind it and a scripted model behind that. */
export async function makeEngine(
  workspace: Pick<TestWorkspace, 'workDir' | 'stateDir' | 'configDir'>,
  options: TestEngineOptions,
): Promise<AgentEngine & AsyncDisposable> {
  const { workDir, stateDir, configDir } = workspace;
  const engine = await adapter.createEngine({
    config: configSchema.parse(options.config),
    model: 'anthropic:claude-sonnet-4-5',
    ...(options.endpoint === undefined ? {} : { modelEndpoint: options.endpoint }),
    get systemPrompt() {
      return options.systemPrompt ?? '';
    },
    get skills() {
      return options.skills ?? [];
    },
    tools: [],
    workspace: { id: 'test', workDir, stateDir, configDir },
    environment: options.environment ?? { PATH: process.env['PATH'] },
    logger: silentLogger,
  });
  return engine as AgentEngine & AsyncDisposable;
}
