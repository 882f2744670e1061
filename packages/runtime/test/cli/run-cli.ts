import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type TestDirectory, writeConfig } from '../settings/config/write-config.js';

/** The built command, as npm links it. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const ADAPTER = new URL('./echo-adapter.mjs', import.meta.url).href;
const DEADLINE_MS = 30_000;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type CliEnvironment = Readonly<Record<string, string>>;

/** A running command. */
export interface RunningCli extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly result: Promise<CliResult>;
  /** Waits until the output of both streams so far matches; throws if the command ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the command, or another program, in a clean environment. */
export function spawnCli(
  args: readonly string[],
  environment: CliEnvironment = {},
  options: { readonly command?: readonly [string, ...string[]]; readonly cwd?: string } = {},
): RunningCli {
  const [program, ...leading] = options.command ?? [process.execPath, CLI];
  const child = spawn(program, [...leading, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', MOLECULE_TEMPORAL: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    child.emit('output');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    child.emit('output');
  });
  const result = once(child, 'close').then(([code]): CliResult => ({ code: code as number | null, stdout, stderr }));
  return {
    process: child,
    result,
    async seen(pattern) {
      const signal = AbortSignal.timeout(DEADLINE_MS);
      for (;;) {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match !== null) return match;
        const ended = result.then(() => 'ended' as const);
        const news = await Promise.race([once(child, 'output', { signal }), ended]);
        if (news === 'ended') throw new Error(`ended without ${pattern}:\n${stdout}\n${stderr}`);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await result;
    },
  };
}

/** Runs the command to its end. */
export async function runCli(args: readonly string[], environment?: CliEnvironment): Promise<CliResult> {
  await using cli = spawnCli(args, environment);
  return await cli.result;
}

/** A template with the echo adapter in a separate directory. */
export function writeTemplate(more = ''): Promise<TestDirectory> {
  return writeConfig(`name: Echo\nruntime: echo\ndescription: Says what it hears\na2a: { port: 0 }\n${more}`);
}

export const ECHO: CliEnvironment = { ADAPTER_MODULE: ADAPTER };

/** An agent served by `molecule start`. */
export interface RunningAgent extends AsyncDisposable {
  readonly cli: RunningCli;
  readonly url: string;
  readonly directory: string;
}

export async function startAgent(environment: CliEnvironment = {}): Promise<RunningAgent> {
  const directory = await writeTemplate();
  const cli = spawnCli(['start', directory.path], { ...ECHO, ...environment });
  const dispose = async () => {
    await cli[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  };
  try {
    const [, url = ''] = await cli.seen(/url +(http:\S+)[\s\S]* send \S/);
    return { cli, url, directory: directory.path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
