import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AdapterContext,
  type AgentEngine,
  type ModelEndpoint,
  type Skill,
  silentLogger,
  type Turn,
} from '@molecule/adapters';
import { type TestStore, testStore } from '@molecule/adapters/testing/kit';
import { configSchema } from '../../src/config.js';
import { adapter } from '../../src/index.js';

export interface TestWorkspace extends AsyncDisposable {
  readonly root: string;
  readonly workDir: string;
  readonly stateDir: string;
  readonly configDir: string;
}

export interface TestEngineOptions {
  /** If absent, the environment determines the model. */
  readonly endpoint?: ModelEndpoint;
  readonly config?: unknown;
  /** Read for each turn, as in the runtime. */
  readonly systemPrompt?: string;
  /** Read for each turn, as in the runtime. */
  readonly skills?: readonly Skill[];
  readonly environment?: AdapterContext['environment'];
  /** Default: absent, as outside of the runtime. */
  readonly runtimeDir?: string;
  /** The engine store. Default: none, so that conversations are in folders. */
  readonly store?: TestStore;
  /** The directory of the engine store, for an engine in a process of its own. */
  readonly storeDirectory?: string;
}

/** Three new folders in the temporary directory, removed after the test. */
export async function makeWorkspace(): Promise<TestWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'claude-code-'));
  const folders = { workDir: join(root, 'work'), stateDir: join(root, 'state'), configDir: join(root, 'config') };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return { root, ...folders, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The template's engine in a workspace, with the real Claude Code and a scripted model. */
export async function makeEngine(
  workspace: Pick<TestWorkspace, 'workDir' | 'stateDir' | 'configDir'>,
  options: TestEngineOptions,
): Promise<AgentEngine & AsyncDisposable> {
  const { workDir, stateDir, configDir } = workspace;
  const { storeDirectory } = options;
  const store = storeDirectory === undefined ? options.store : testStore(storeDirectory);
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
    workspace: {
      id: 'test',
      workDir,
      stateDir,
      configDir,
      ...(options.runtimeDir && { runtimeDir: options.runtimeDir }),
    },
    ...(store && { store }),
    environment: options.environment ?? { PATH: process.env['PATH'] },
    logger: silentLogger,
  });
  const runTurn = engine.runTurn.bind(engine);
  engine.runTurn = (turn, controls) =>
    runTurn(turn.workDir === '' ? placed(turn, workDir) : turn, {
      ...controls,
      ...(store && { store: store.forTurn(turn.contextId) }),
    });
  return engine as AgentEngine & AsyncDisposable;
}

/** The turn in the working directory of the workspace, as the runtime gives it. */
function placed(turn: Turn, workDir: string): Turn {
  if (turn.kind !== 'continue') return { ...turn, workDir };
  return { ...turn, workDir, original: { ...turn.original, workDir } };
}
