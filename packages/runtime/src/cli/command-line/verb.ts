import type { CliHost } from '../host/cli-host.js';

/** An option without a value, such as `--json`. */
export interface SwitchSpec {
  readonly help: string;
}

/** An option with a value, such as `--port <port>`. */
export interface ValueSpec {
  readonly help: string;
  /** The name of the value in the help. */
  readonly value: string;
  /** True: the option may be given several times. Otherwise the last value counts. */
  readonly many?: boolean;
}

/** The options of a verb by name, without dashes. */
export type OptionSpecs = Readonly<Record<string, SwitchSpec | ValueSpec>>;

/** What the command line says. An empty value counts as an option that was not given. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { readonly many: true }
    ? readonly string[]
    : Specs[Name] extends ValueSpec
      ? string | undefined
      : boolean;
};

/** The arguments of one call of a verb. */
export interface VerbArguments<Specs extends OptionSpecs> {
  /** As typed, in order. At least as many as {@link Verb.operands} demands, and no more than it allows. */
  readonly operands: readonly string[];
  readonly options: OptionValues<Specs>;
}

/** One command of `molecule`: the options, the help and the action. */
export interface Verb<Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  /** As the help shows them: `<required> [optional]`; `[...more]` takes any number. Empty: none. */
  readonly operands: string;
  /** One line for the help. */
  readonly summary: string;
  readonly options: Specs;
  /** Command lines for the help, which begin with `molecule`. */
  readonly examples?: readonly string[];
  /**
   * Returns the exit code. Imports what it needs when it runs, so that no other command has to load it.
   *
   * @throws {UsageError} for an argument that is wrong
   */
  run(call: VerbArguments<Specs>, host: CliHost): number | Promise<number>;
}

/** Gives `run` the types of the options. */
export function defineVerb<const Specs extends OptionSpecs>(verb: Verb<Specs>): Verb {
  return verb;
}

/** The verb with its operands, as usage lines show it. */
export function usageOf({ name, operands }: Pick<Verb, 'name' | 'operands'>): string {
  return `molecule ${name} ${operands}`.trimEnd();
}
