import { nearestName } from '@molecule/adapters';
import { CAC, type Command } from 'cac';
import { port } from '../environment/setting-types.js';
import { UsageError } from './usage-error.js';
import type { VerifyCommandOptions } from './verify/run-verify.js';

/** What is to be done. */
export type CommandLine =
  | { readonly command: 'start'; readonly directory: string | undefined; readonly options: StartOptions }
  | { readonly command: 'doctor'; readonly directory: string | undefined; readonly json: boolean }
  | { readonly command: 'send'; readonly url: string; readonly text: string; readonly options: SendOptions }
  | {
      readonly command: 'task';
      readonly url: string;
      readonly id: string | undefined;
      readonly options: TaskOptions;
    }
  | { readonly command: 'prompt'; readonly directory: string | undefined }
  | { readonly command: 'verify'; readonly directory: string | undefined; readonly options: VerifyCommandOptions }
  | { readonly command: 'version'; readonly json: boolean }
  /** The help was asked for, and has been printed. */
  | { readonly command: 'help' };

export interface StartOptions {
  readonly dev: boolean;
  readonly demoModel: boolean;
  readonly port: number | undefined;
  readonly host: string | undefined;
}

export interface SendOptions {
  readonly context: string | undefined;
  readonly task: string | undefined;
  /** Paths of files that go with the message. */
  readonly files: readonly string[];
  readonly token: string | undefined;
  readonly json: boolean;
}

export interface TaskOptions {
  readonly cancel: boolean;
  readonly token: string | undefined;
  readonly json: boolean;
}

const PROGRAM = 'molecule';

/**
 * Reads the arguments after the program's name.
 *
 * @throws UsageError for an unknown verb or option, a missing argument or value
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const cli = defineCommands();
  const { args, options } = cli.parse(['node', PROGRAM, ...argv], { run: false });
  if (options['help']) return { command: 'help' };
  const command = cli.matchedCommand;
  if (command === undefined) return withoutVerb(cli, String(args[0] ?? ''), options);
  check(cli, command, options);
  const textOf = (name: string) => optionText(argv, name);
  const directory = args[0] === undefined ? undefined : String(args[0]);
  switch (command.name) {
    case 'start':
      return {
        command: 'start',
        directory,
        options: {
          dev: options['dev'] === true,
          demoModel: options['demoModel'] === true,
          port: parsePort(textOf('port')),
          host: textOf('host'),
        },
      };
    case 'doctor':
      return { command: 'doctor', directory, json: options['json'] === true };
    case 'prompt':
      return { command: 'prompt', directory };
    case 'send':
      return {
        command: 'send',
        url: String(args[0]),
        text: messageText([...args.slice(1), ...(options['--'] as string[])], optionTexts(argv, 'file')),
        options: {
          context: textOf('context'),
          task: textOf('task'),
          files: optionTexts(argv, 'file'),
          token: textOf('token'),
          json: options['json'] === true,
        },
      };
    case 'task':
      return {
        command: 'task',
        url: String(args[0]),
        id: taskIdOf(args, argv, options['cancel'] === true),
        options: { cancel: options['cancel'] === true, token: textOf('token'), json: options['json'] === true },
      };
    case 'verify':
      return {
        command: 'verify',
        directory,
        options: {
          json: options['json'] === true,
          keep: options['keep'] === true,
          registry: textOf('registry'),
          packageManager: textOf('package-manager'),
          timeout: textOf('timeout'),
          skip: textOf('skip'),
        },
      };
    default:
      return { command: 'version', json: options['json'] === true };
  }
}

function defineCommands(): CAC {
  const cli = new CAC(PROGRAM);
  cli
    .command('start [directory]', 'Serve the agent whose config.yaml lies in the directory')
    .option('--dev', 'For development: the demo model when no key is set, a local Temporal')
    .option('--demo-model', 'Answer by the demo model, whatever keys are set')
    .option('--port <port>', 'Listen on this port; 0 is any free one')
    .option('--host <host>', 'Listen on this address');
  cli
    .command('doctor [directory]', 'Check everything that the agent needs, and say what to do')
    .option('--json', 'One JSON object for programs');
  cli
    .command('send <url> [...text]', 'Send a message to an agent, and print its answer as it comes')
    .option('--context <id>', 'Go on with this conversation')
    .option('--task <id>', 'Answer this task, which waits for input')
    .option('--file <path>', 'Send this file with it; may be given several times')
    .option('--token <token>', 'The bearer token (default: MOLECULE_TOKEN)')
    .option('--json', 'One A2A event a line, as JSON')
    .example("  molecule send http://localhost:8000 'What can you do?'");
  cli
    .command('task <url> [id]', 'Print the answer of a task, as it comes if it goes on; without an id, list the tasks')
    .option('--cancel', 'Cancel the task')
    .option('--token <token>', 'The bearer token (default: MOLECULE_TOKEN)')
    .option('--json', 'One A2A event or task a line, as JSON');
  cli.command('prompt [directory]', 'Print the system prompt that the agent would get');
  cli
    .command(
      'verify [directory]',
      'Pack, install, build and run a template as its users do, and check what they rely on',
    )
    .option('--json', 'One JSON object for programs')
    .option('--registry <url>', 'Install @molecule/* from there')
    .option('--package-manager <name>', 'npm or pnpm (default: the one whose lockfile is there)')
    .option('--timeout <seconds>', 'How long a turn may take (default: 30)')
    .option('--skip <checks>', 'Names of checks to leave out, with commas')
    .option('--keep', 'Keep the sandbox, to look at');
  cli.command('version', 'Print the versions').option('--json', 'One JSON object for programs');
  cli.option('-v, --version', 'Print the versions');
  cli.help();
  return cli;
}

function withoutVerb(cli: CAC, verb: string, options: Record<string, unknown>): CommandLine {
  if (verb !== '') {
    const verbs = cli.commands.map(({ name }) => name);
    throw new UsageError(`Unknown command "${verb}". ${suggest(verb, verbs, '')}See: ${PROGRAM} --help`);
  }
  const unknown = Object.keys(options).find((name) => name !== '--' && name !== 'v' && name !== 'version');
  if (unknown !== undefined) throw new UsageError(`Unknown option --${unknown}. See: ${PROGRAM} --help`);
  if (options['version']) return { command: 'version', json: false };
  cli.outputHelp();
  return { command: 'help' };
}

function check(cli: CAC, command: Command, options: Record<string, unknown>): void {
  const known = [...command.options, ...cli.globalCommand.options].flatMap(({ names }) => names);
  const unknown = Object.keys(options).find((name) => name !== '--' && !known.includes(name));
  if (unknown !== undefined) {
    const dashed = unknown.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const options = command.options.map(({ rawName }) => /--([\w-]+)/.exec(rawName)?.[1] ?? '');
    const dashes = dashed.length > 1 ? '--' : '-';
    throw new UsageError(
      `Unknown option ${dashes}${dashed}. ${suggest(dashed, options, '--')}See: ${PROGRAM} ${command.name} --help`,
    );
  }
  try {
    command.checkOptionValue();
    command.checkRequiredArgs();
    command.checkUnusedArgs();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}. Usage: ${PROGRAM} ${command.rawName}`);
  }
}

function suggest(name: string, known: readonly string[], dashes: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `Did you mean ${dashes}${nearest}? `;
}

/** The text of an option as it was typed: the parser would make a number of an id such as 007. The last one counts. */
function optionText(argv: readonly string[], name: string): string | undefined {
  return optionTexts(argv, name).at(-1);
}

function optionTexts(argv: readonly string[], name: string): readonly string[] {
  const typed = beforeDashes(argv);
  return typed.flatMap((argument, index) => {
    if (argument.startsWith(`--${name}=`)) return argument.slice(name.length + 3) || [];
    return argument === `--${name}` ? typed[index + 1] || [] : [];
  });
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

/** As it was typed: the parser would make a number of 007. */
function taskIdOf(args: readonly unknown[], argv: readonly string[], needed: boolean): string | undefined {
  if (args[1] === undefined) {
    if (needed) throw new UsageError(`Which task is to be canceled? Usage: ${PROGRAM} task <url> <id> --cancel`);
    return undefined;
  }
  const parsed = String(args[1]);
  return beforeDashes(argv).find((argument) => argument === parsed || Number(argument) === args[1]) ?? parsed;
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = port.parse(text);
  if (value === undefined) throw new UsageError(`--port wants ${port.wanted}, found "${text}".`);
  return value;
}

function messageText(words: readonly unknown[], files: readonly string[]): string {
  const text = words.map(String).join(' ');
  if (text.trim() === '' && files.length === 0)
    throw new UsageError(`There is no message. Usage: ${PROGRAM} send <url> <text>`);
  return text;
}
