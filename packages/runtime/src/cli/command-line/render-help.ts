import type { OwnCommand } from '../host/own-command.js';
import { usageOf, type Verb } from './verb.js';

type Row = readonly [left: string, right: string];

const HELP_OPTION: Row = ['-h, --help', 'Show this help'];

/** What `molecule --help` prints. */
export function renderHelp(verbs: readonly Verb[]): string {
  return `${[
    'molecule serves an agent over the A2A protocol, and sends messages to agents.',
    section('Usage:', ['molecule <command> [options]']),
    section('Commands:', columns(verbs.map((verb) => [`${verb.name} ${verb.operands}`.trimEnd(), verb.summary]))),
    section('Options:', columns([HELP_OPTION, ['-v, --version', 'Print the versions']])),
    'molecule <command> --help shows the options of a command.',
  ].join('\n\n')}\n`;
}

/** What `molecule <verb> --help` prints. The examples can be pasted. */
export function renderVerbHelp(verb: Verb, command: OwnCommand): string {
  const options = Object.entries(verb.options).map(
    ([name, spec]): Row => ['value' in spec ? `--${name} <${spec.value}>` : `--${name}`, spec.help],
  );
  const examples = verb.examples ?? [];
  return `${[
    `${verb.summary}.`,
    section('Usage:', [usageOf(verb)]),
    section('Options:', columns([...options, HELP_OPTION])),
    ...(examples.length === 0
      ? []
      : [
          section(
            'Examples:',
            examples.map((example) => command.pasteable(example)),
          ),
        ]),
  ].join('\n\n')}\n`;
}

function section(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => `  ${line}`)].join('\n');
}

function columns(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}
