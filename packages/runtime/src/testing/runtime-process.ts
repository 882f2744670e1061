import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Env } from '../settings/environment/env.js';
import { TestClient } from './test-client.js';

/** A runtime in a process of its own, which a test can kill in the middle of a turn. */
export interface RuntimeProcess extends AsyncDisposable {
  readonly url: string;
  /** Without a token. */
  readonly client: TestClient;
  /** What the process has written so far. */
  output(): string;
  /** Sends the signal to the process and everything in its process group, and waits for its end: exit code or signal. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface RuntimeProcessOptions {
  /** The template: `config.yaml` and a built adapter. Its state stays, so that the next process resumes the tasks. */
  readonly directory: string;
  /** All variables of the process, `PATH` included. Defaults: any free port, no Temporal. */
  readonly environment: Env;
}

/**
 * Runs `molecule start` and waits until it serves.
 *
 * @throws {Error} with the output if the process ends before
 */
export async function startRuntimeProcess({ directory, environment }: RuntimeProcessOptions): Promise<RuntimeProcess> {
  const command = fileURLToPath(import.meta.resolve('@molecule/runtime/package.json')).replace(
    /package\.json$/,
    'bin/molecule.js',
  );
  const child = spawn(process.execPath, [command, 'start', directory], {
    env: { PORT: '0', MOLECULE_TEMPORAL: 'off', ...environment, MOLECULE_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (data: Buffer) => {
      output += data.toString();
      const url = readyUrl(output);
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error(`molecule start ended before it served:\n${output}`)), reject);
  });
  const kill = async (signal: NodeJS.Signals) => {
    signalGroup(child, signal);
    const [code, name] = await ended;
    return code ?? name ?? 0;
  };
  return {
    url,
    client: new TestClient(url),
    output: () => output,
    kill,
    [Symbol.asyncDispose]: async () => void (await kill('SIGKILL')),
  };
}

/** The address in the log line that says that the runtime is ready. */
function readyUrl(output: string): string | undefined {
  const line = output.split('\n').find((one) => one.includes('"message":"ready"') && one.endsWith('}'));
  return line === undefined ? undefined : (JSON.parse(line) as { readonly url: string }).url;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
