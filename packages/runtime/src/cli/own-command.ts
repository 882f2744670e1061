import { realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import type { Env } from '../environment/env.js';

/** What the process says of how it was started. */
export interface Invocation {
  readonly environment: Env;
  /** The Node that runs this. */
  readonly node: string;
  /** The file that it runs, absolute: `process.argv[1]`. */
  readonly program: string;
}

/**
 * How this very command is called from any directory on this machine, ready to paste. `npx molecule` works only inside of a
 * project that has it: elsewhere npx installs a package of that name, which is somebody else's.
 */
export function ownCommand({ environment, node, program }: Invocation): string {
  if (isSameFile(found('molecule', environment), program)) return 'molecule';
  // The link that a package manager makes next to others is shorter than what it leads to.
  return isSameFile(found('node', environment), node) ? shellWord(program) : `${shellWord(node)} ${shellWord(program)}`;
}

/** A text with each `molecule <verb>` in it as it can be typed here. */
export function withOwnCommand(text: string, command: string): string {
  return text.replaceAll(
    /(?<![\w@/.-])(?:npx )?molecule (?=(?:start|send|task|doctor|prompt|verify|version)\b)/g,
    () => `${command} `,
  );
}

/** Where a person's shell finds a program. Package managers put directories of their own in front for the time of a command. */
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
    // It is not there: that is the answer.
    return undefined;
  }
}

/** A word for a shell: in quotes if it has a sign that means something there. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
