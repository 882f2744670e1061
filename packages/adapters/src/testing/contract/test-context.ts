import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterContext } from '../../contract/context.js';
import { silentLogger } from '../../contract/logger.js';

/** A context whose directories are temporary; disposing it removes them. */
export interface TestContext<Config = unknown> extends AdapterContext<Config>, AsyncDisposable {}

/** What differs from the defaults. The directories of `workspace` are made under a temporary one when left out. */
export interface TestContextOptions<Config> extends Partial<Omit<AdapterContext<Config>, 'config' | 'workspace'>> {
  readonly config: Config;
  readonly workspace?: Partial<AdapterContext['workspace']>;
}

/**
 * Makes a context for one engine: empty prompt, no skills, no tools, no environment, silent, with its own temporary directories.
 * An engine that starts programs wants `environment: process.env`.
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
    logger: silentLogger,
    ...rest,
    workspace: { id: 'test', ...directories, ...workspace },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
