import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterContext } from '../../contract/context.js';
import { silentLogger } from '../../contract/logger.js';
import { testStore } from '../store/test-store.js';

/** A context with temporary directories, which are deleted when it is disposed. */
export interface TestContext<Config = unknown> extends AdapterContext<Config>, AsyncDisposable {}

/** What differs from the defaults. Directories of `workspace` that are not given are created below a temporary one. */
export interface TestContextOptions<Config> extends Partial<Omit<AdapterContext<Config>, 'config' | 'workspace'>> {
  readonly config: Config;
  readonly workspace?: Partial<AdapterContext['workspace']>;
}

/**
 * Creates a context for one engine: temporary directories, an empty prompt, no skills, no tools, no environment, no log, and an
 * engine store in memory. An engine that
 * starts programs needs `environment: process.env`.
 */
export async function testContext<Config>(options: TestContextOptions<Config>): Promise<TestContext<Config>> {
  const { workspace, ...rest } = options;
  const root = await realpath(await mkdtemp(join(tmpdir(), 'adapter-test-')));
  const directories = {
    configDir: join(root, 'config'),
    stateDir: join(root, 'state'),
    workDir: join(root, 'work'),
  };
  await Promise.all(Object.values(directories).map((directory) => mkdir(directory)));
  return {
    model: 'scripted:scripted',
    systemPrompt: '',
    skills: [],
    tools: [],
    environment: {},
    store: testStore(),
    logger: silentLogger,
    ...rest,
    workspace: { id: 'test', ...directories, ...workspace },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
