import { spawn } from 'node:child_process';
import { delimiter, dirname, isAbsolute } from 'node:path';
import process from 'node:process';

/** The result of a program. */
export interface ProgramResult {
  readonly code: number | null;
  /** Standard output alone. */
  readonly stdout: string;
  /** Standard output and standard error, interleaved. */
  readonly output: string;
}

/** The pnpm that runs this test, or the one on the PATH. */
export const pnpm: string = /pnpm[^/\\]*$/.test(process.env['npm_execpath'] ?? '')
  ? (process.env['npm_execpath'] as string)
  : 'pnpm';

/** The Node of a template's author. */
export const node: string = process.env['SMOKE_NODE'] || process.execPath;

const OURS =
  /^(npm_|pnpm_|TURBO_|VITEST|NODE_PATH$|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|ADAPTER_MODULE$|WORKSPACE_|MOLECULE_|TEMPORAL_|PORT$)/i;

/**
 * The environment of a user outside this workspace, without the variables of pnpm, turbo and vitest. `NODE_PATH` and
 * `node_modules/.bin` would let a template use this workspace's dependencies.
 */
export function outsideEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[/\\]\.bin[/\\]?$/.test(entry));
  // A template's dependencies have unneeded install scripts, which pnpm would report as an error.
  const settings = { pnpm_config_strict_dep_builds: 'false' };
  return {
    ...Object.fromEntries(inherited),
    PATH: [...[node, pnpm].filter(isAbsolute).map((program) => dirname(program)), ...path].join(delimiter),
    ...settings,
    ...more,
  };
}

/** Runs a program to its end, with any exit code. */
export async function run(
  program: string,
  programArguments: readonly string[],
  directory: string,
  environment: NodeJS.ProcessEnv = outsideEnvironment(),
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, output }));
  });
}

/** Runs a program that must succeed. */
export async function mustRun(...command: Parameters<typeof run>): Promise<ProgramResult> {
  const result = await run(...command);
  if (result.code === 0) return result;
  const [program, programArguments, directory] = command;
  throw new Error(
    `${[program, ...programArguments].join(' ')} ended with ${result.code} in ${directory}:\n${result.output}`,
  );
}
