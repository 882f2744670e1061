import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { makeAuthority, type TestAuthority } from '../../support/certificates.ts';
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
  await using authority = server.secure ? await makeAuthority() : undefined;
  const { url, child } = await serve(server, authority);
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
          ...(authority && { SSL_CERT_FILE: authority.certFile, REQUESTS_CA_BUNDLE: authority.certFile }),
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

async function serve(
  { environment }: Server,
  authority: TestAuthority | undefined,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const { MOLECULE_HOST: host = '' } = environment;
  const certificate = await authority?.issue(`/CN=${host}`, [`IP:${host}`], 'serverAuth');
  const child = spawn(process.execPath, [join(HERE, '../serve.ts')], {
    env: {
      ...process.env,
      MOLECULE_GRPC_PORT: '0',
      LOG_LEVEL: 'error',
      ...environment,
      ...(certificate && {
        MOLECULE_TLS_CERT_FILE: certificate.certFile,
        MOLECULE_TLS_KEY_FILE: certificate.keyFile,
        MOLECULE_TLS_CLIENT_CA_FILE: authority?.certFile,
      }),
    },
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
