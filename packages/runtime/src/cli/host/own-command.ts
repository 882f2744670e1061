import { realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import type { Env } from '../../settings/environment/env.js';

/** How the process was started. */
export interface Invocation {
  readonly environment: Env;
  /** Absolute path of the Node that runs. */
  readonly node: string;
  /** Absolute path of the file that it runs: `process.argv[1]`. */
  readonly program: string;
}

/**
 * The command `molecule` as it can be typed on this machine. `npx molecule` works only inside a project that has it as a
 * dependency; elsewhere npx installs the unrelated package of that name.
 */
export class OwnCommand {
  /** From any directory; ready to paste into a shell. */
  readonly text: string;
  readonly #inTexts: RegExp;

  /** @param verbs The verbs and options that follow the command in texts. */
  constructor(text: string, verbs: readonly string[]) {
    this.text = text;
    this.#inTexts = new RegExp(`(?<![\\w@/.-])(?:npx )?molecule (?=(?:${verbs.join('|')})(?![\\w-]))`, 'g');
  }

  /** The text with each `molecule <verb>` in it replaced by what can be pasted here. */
  pasteable(text: string): string {
    return text.replaceAll(this.#inTexts, () => `${this.text} `);
  }
}

/** The text of {@link OwnCommand} for a process. */
export function ownCommandText({ environment, node, program }: Invocation): string {
  if (isSameFile(found('molecule', environment), program)) return 'molecule';
  // The link that a package manager makes is shorter than the path of the file to which it leads.
  return isSameFile(found('node', environment), node) ? shellWord(program) : `${shellWord(node)} ${shellWord(program)}`;
}

/** A text as one word of a shell's command line, quoted if a character in it has a meaning there. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where a shell finds a program. Directories that package managers add to PATH while they run a script do not count. */
function found(name: string, environment: Env): string | undefined {
  const directories = (environment['PATH'] ?? '').split(delimiter);
  const lasting = directories.filter(
    (directory) => !directory.split(sep).includes('node_modules') && !directory.includes('node-gyp-bin'),
  );
  return lasting.map((directory) => join(directory, name)).find((file) => realPathOf(file) !== undefined);
}

function isSameFile(one: string | undefined, other: string): boolean {
  if (one === undefined) return false;
  const real = realPathOf(one);
  return real !== undefined && real === realPathOf(other);
}

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    // The file does not exist.
    return undefined;
  }
}
