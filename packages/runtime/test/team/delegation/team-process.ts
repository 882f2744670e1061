import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { untilDurable } from '../../execution/durable/support/durable-workspace.js';

/** A workspace whose process can be killed and started again. */
export interface TeamMember extends AsyncDisposable {
  readonly directory: string;
  readonly url: string;
  /** Kills the process with SIGKILL. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM, and waits for its end. */
  end(): Promise<void>;
  /** Lets it stand still, or go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again, on the same port and state. */
  restart(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** Starts a runtime in another process. `config` is YAML besides name and runtime. */
export async function startMember(name: string, config = '', environment: Environment = {}): Promise<TeamMember> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-team-'));
  await writeFile(join(directory, 'config.yaml'), `name: ${name}\nruntime: play\n${config}`);
  let running = await start(directory, '0', environment);
  const { url } = running;
  return {
    directory,
    url,
    kill: () => running.kill('SIGKILL'),
    end: () => running.kill('SIGTERM'),
    signal: (name) => running.signal(name),
    async restart() {
      running = await start(directory, new URL(url).port, environment);
    },
    async [Symbol.asyncDispose]() {
      await running.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface RunningMember {
  readonly url: string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
}

async function start(directory: string, port: string, environment: Environment): Promise<RunningMember> {
  const hooks = fileURLToPath(new URL('../../support/host/typescript-hooks.mjs', import.meta.url));
  const host = fileURLToPath(new URL('team-host.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', hooks, host, directory, port], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  const exited = once(child, 'exit');
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    await exited;
  };
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => void child.kill(name);
  for await (const url of createInterface(child.stdout)) {
    if (environment['TEMPORAL_HOST'] !== undefined) await untilDurable(url, 60_000);
    return { url, kill, signal };
  }
  throw new Error('The member ended before it served.');
}

/** `sub_workspaces` for these members. */
export function team(...members: readonly (readonly [name: string, url: string, skills?: string])[]): string {
  const entries = members.map(
    ([name, url, skills = '']) => `  - { name: ${name}, url: '${url}', skills: [${skills}] }`,
  );
  return `sub_workspaces:\n${entries.join('\n')}\n`;
}
