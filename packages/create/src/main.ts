import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { CreateError } from './create-error.js';
import { type CreatedProject, createProject } from './create-project.js';
import { parseArguments } from './parse-arguments.js';
import { listTemplates } from './templates.js';

/** What the command needs of the process in which it runs. */
export interface CreateHost {
  readonly workingDirectory: string;
  /** `npm_config_user_agent`. */
  readonly userAgent: string;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
}

const DEFAULT_DIRECTORY = 'my-agent';
const DEFAULT_ENGINE = 'ai-sdk';

/** The command `npm create @molecule`. Returns the exit code. */
export async function main(argv: readonly string[], host: CreateHost): Promise<number> {
  try {
    const given = parseArguments(argv);
    if (given.help) {
      host.output.write(help());
      return 0;
    }
    const packageManager = host.userAgent.startsWith('pnpm/') ? 'pnpm' : 'npm';
    const { directory, engine } = await complete(given, host);
    const project = await createProject({
      directory: resolve(host.workingDirectory, directory),
      engine,
    });
    host.output.write(nextSteps(relative(host.workingDirectory, project.directory) || '.', project, packageManager));
    return 0;
  } catch (error) {
    if (!(error instanceof CreateError)) throw error;
    host.errors.write(`${error.code}: ${error.message}\n`);
    return error.code === 'USAGE' ? 2 : 1;
  }
}

/** Asks for the name and the engine if they are not given. Without a terminal the name is required. */
async function complete(
  given: { readonly directory: string | undefined; readonly engine: string | undefined },
  host: CreateHost,
): Promise<{ readonly directory: string; readonly engine: string }> {
  const { directory, engine } = given;
  if (directory !== undefined && engine !== undefined) return { directory, engine };
  if (host.input.isTTY !== true) {
    if (directory !== undefined) return { directory, engine: DEFAULT_ENGINE };
    throw new CreateError(
      'USAGE',
      `The name of the agent is missing. For example: npm create @molecule@latest ${DEFAULT_DIRECTORY}`,
    );
  }
  const terminal = createInterface({ input: host.input, output: host.output });
  try {
    const name = directory ?? ((await terminal.question(`Name (${DEFAULT_DIRECTORY}): `)).trim() || DEFAULT_DIRECTORY);
    if (engine !== undefined) return { directory: name, engine };
    host.output.write(`${engineList()}\n`);
    const answer = (await terminal.question(`Engine (${DEFAULT_ENGINE}): `)).trim() || DEFAULT_ENGINE;
    return { directory: name, engine: listTemplates()[Number(answer) - 1]?.engine ?? answer };
  } finally {
    terminal.close();
  }
}

function engineList(): string {
  return listTemplates()
    .map(({ engine, description }, index) => `  ${index + 1}  ${engine.padEnd(14)} ${description}`)
    .join('\n');
}

function help(): string {
  return `Creates an agent: an npm package with an adapter, configuration, container and tests.

Usage:
  npm create @molecule@latest [directory] [-- --engine <engine>]

Engines:
${engineList()}

It asks for a directory or an engine that is not given. Without a terminal the directory is required, and the default engine is
${DEFAULT_ENGINE}.
`;
}

function nextSteps(directory: string, { engine, scripts }: CreatedProject, run: string): string {
  const steps: readonly (readonly [command: string, comment?: string])[] = [
    [`cd ${directory}`],
    [`${run} install`],
    ...(scripts.includes('setup') ? [[`${run} run setup`, 'installs the engine'] as const] : []),
    ...(scripts.includes('build') ? [[`${run} run build`] as const] : []),
    [`${run} run dev`, 'starts the agent, and prints a command that sends it a message'],
    [`${run} test`, 'tests the agent; needs no API key'],
    ['npx molecule verify', 'packs, installs and runs the agent as its users do'],
  ];
  const lines = steps.map(([command, comment]) =>
    comment === undefined ? command : `${command.padEnd(22)} # ${comment}`,
  );
  return `Created an agent in ${directory}, with the engine ${engine}. Its README.md says what it needs.\n\n  ${lines.join('\n  ')}\n`;
}
