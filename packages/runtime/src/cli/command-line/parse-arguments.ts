import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestName } from '@molecule/adapters';
import { UsageError } from '../host/usage-error.js';
import { usageOf, type Verb, type VerbArguments } from './verb.js';

/** What is to be done. */
export type CommandLine =
  | { readonly kind: 'run'; readonly verb: Verb; readonly call: VerbArguments<Verb['options']> }
  /** Show the help of a verb, or of the whole command. */
  | { readonly kind: 'help'; readonly verb: Verb | undefined }
  | { readonly kind: 'version' };

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { readonly kind: 'option' }>;

const GLOBAL_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the arguments that follow the program's name.
 *
 * @throws {UsageError} for an unknown verb or option, and for a missing or superfluous argument or value
 */
export function parseArguments(argv: readonly string[], verbs: readonly Verb[]): CommandLine {
  // Options may stand before the verb. Which of them take a value depends on the verb.
  const verb = verbs.find((candidate) => firstWord(tokensOf(argv, candidate)) === candidate.name);
  const tokens = tokensOf(argv, verb);
  const options = tokens.filter((token) => token.kind === 'option');
  const has = (name: string) => options.some((option) => option.name === name);
  if (has('help')) return { kind: 'help', verb };
  if (verb === undefined) {
    const word = firstWord(tokens);
    if (word !== undefined) throw unknownVerb(word, verbs);
  }
  for (const option of options) checkOption(option, verb);
  if (has('version')) return { kind: 'version' };
  if (verb === undefined) return { kind: 'help', verb };
  const operands = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : [])).slice(1);
  checkOperands(operands, verb);
  return { kind: 'run', verb, call: { operands, options: valuesOf(verb, options) } };
}

/** Not `strict`: its messages are for programmers. Everything that it would refuse is refused here. */
function tokensOf(argv: readonly string[], verb: Verb | undefined): readonly Token[] {
  const specs = Object.entries(verb?.options ?? {}).map(([name, spec]) => [
    name,
    { type: 'value' in spec ? ('string' as const) : ('boolean' as const) },
  ]);
  const options = { ...Object.fromEntries(specs), ...GLOBAL_OPTIONS };
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true }).tokens;
}

function firstWord(tokens: readonly Token[]): string | undefined {
  return tokens.find((token) => token.kind === 'positional')?.value;
}

function unknownVerb(word: string, verbs: readonly Verb[]): UsageError {
  const names = verbs.map(({ name }) => name);
  return new UsageError(`Unknown command "${word}". ${suggestion(word, names, '')}See: molecule --help`);
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, verb: Verb | undefined): void {
  if (Object.hasOwn(GLOBAL_OPTIONS, name)) return;
  const { options = {} } = verb ?? {};
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec === undefined) {
    const help = verb === undefined ? 'molecule --help' : `molecule ${verb.name} --help`;
    throw new UsageError(`Unknown option ${rawName}. ${suggestion(name, Object.keys(options), '--')}See: ${help}`);
  }
  if (!('value' in spec)) {
    if (value === undefined) return;
    throw new UsageError(`Option --${name} takes no value, found "${value}".`);
  }
  // What looks like the next option is no value, unless it was joined to this one by "=".
  if (value !== undefined && (inlineValue || !/^-./.test(value))) return;
  throw new UsageError(`Option --${name} <${spec.value}>: value is missing. See: molecule ${verb?.name} --help`);
}

function checkOperands(operands: readonly string[], verb: Verb): void {
  const wanted = verb.operands.split(' ').filter((operand) => operand !== '');
  const missing = wanted.slice(operands.length).find((operand) => operand.startsWith('<'));
  if (missing !== undefined) throw new UsageError(`Missing argument ${missing}. Usage: ${usageOf(verb)}`);
  const superfluous = operands[wanted.length];
  if (superfluous === undefined || wanted.at(-1)?.startsWith('[...')) return;
  throw new UsageError(`Unexpected argument "${superfluous}". Usage: ${usageOf(verb)}`);
}

function valuesOf(verb: Verb, tokens: readonly OptionToken[]): VerbArguments<Verb['options']>['options'] {
  const values = Object.entries(verb.options).map(([name, spec]) => {
    const given = tokens.filter((token) => token.name === name);
    if (!('value' in spec)) return [name, given.length > 0];
    const texts = given.flatMap(({ value }) => value || []);
    return [name, spec.many === true ? texts : texts.at(-1)];
  });
  return Object.fromEntries(values);
}

function suggestion(name: string, known: readonly string[], dashes: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `Did you mean ${dashes}${nearest}? `;
}
