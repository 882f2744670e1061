import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { CreateError } from './create-error.js';
import { type CreatedProject, createProject } from './create-project.js';
import { parseArguments } from './parse-arguments.js';
import { listTemplates } from './templates.js';

/** What the command needs of the process it runs in. */
export interface CreateHost {
  readonly workingDirectory: string;
  /** `npm_config_user_agent`. */
  readonly userAgent: string;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
}

const DEFAULT_DIRECTORY = 'my-agent';
const DEFAULT_ENGINE = 'blank';

/** The command `npm create @molecule`. Never rejects; returns the exit code. */
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

/** Asks for what the command line leaves open; without a terminal the defaults hold, and the name must be given. */
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
      `What is it to be called? For example: npm create @molecule@latest ${DEFAULT_DIRECTORY}`,
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
  return `Makes a new agent: a whole npm package, with an adapter, configuration, container and tests.

  npm create @molecule@latest [directory] [-- --engine <engine>]

Engines:
${engineList()}

What is not given is asked, or, without a terminal, taken as --engine ${DEFAULT_ENGINE}.
`;
}

function nextSteps(directory: string, { engine, scripts }: CreatedProject, run: string): string {
  const steps: readonly (readonly [command: string, remark?: string])[] = [
    [`cd ${directory}`],
    [`${run} install`],
    ...(scripts.includes('setup') ? [[`${run} run setup`, 'installs the engine itself'] as const] : []),
    ...(scripts.includes('build') ? [[`${run} run build`] as const] : []),
    [`${run} run dev`, 'serves it, and prints a line that sends it a message'],
    [`${run} test`, 'its own tests, without a key'],
    ['npx molecule verify', 'what its users will do, in an empty directory'],
  ];
  const lines = steps.map(([command, remark]) =>
    remark === undefined ? command : `${command.padEnd(22)} # ${remark}`,
  );
  return `${directory} has an agent on ${engine} now. README.md says what it needs.\n\n  ${lines.join('\n  ')}\n`;
}
