import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { PreparedSuite } from './prepare-suite.ts';
import type { Run, Server } from './suites.ts';

export type Outcome = 'passed' | 'failed' | 'skipped' | 'xfailed';

/** What became of one test. */
export interface Result {
  readonly binding: string;
  readonly outcome: Outcome;
  /** Why it failed or was skipped. */
  readonly reason: string;
}

const HERE = import.meta.dirname;

/** Starts the server of a run, runs the suite's tests against it, and returns their results by their ids. */
export async function runSuite({ server, binding, parameters }: Run, suite: PreparedSuite, cache: string) {
  const { url, child } = await serve(server);
  try {
    const file = join(cache, 'results.json');
    const pytest = spawn(
      suite.python,
      ['-m', 'pytest', '-p', 'molecule_results', '-q', '--no-header', '--tb=line', ...parameters(url)],
      {
        cwd: suite.directory,
        env: {
          ...process.env,
          PYTHONPATH: `${HERE}:${suite.directory}`,
          MOLECULE_RESULTS: file,
          ...(server.token !== undefined && { MOLECULE_TOKEN: server.token }),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [code] = await once(pytest, 'close');
    // 1: some tests have failed.
    if (code !== 0 && code !== 1) throw new Error(`pytest ended with code ${code} in ${suite.directory}.`);
    const results = JSON.parse(await readFile(file, 'utf8')) as Record<string, Result>;
    return Object.entries(results).map(([test, result]) => ({ test, ...result, binding: binding ?? result.binding }));
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}

async function serve({ environment }: Server): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [join(HERE, '../serve.ts')], {
    env: { ...process.env, MOLECULE_GRPC_PORT: '0', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'close').then(() => {
      throw new Error('The conformance server ended before it served.');
    }),
  ])) as [string];
  return { url, child };
}
