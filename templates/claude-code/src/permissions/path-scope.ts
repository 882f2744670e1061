import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** Where a file tool's call goes: the input that names the path, by tool. */
const PATH_INPUTS: Readonly<Record<string, readonly string[]>> = {
  Read: ['file_path'],
  Edit: ['file_path'],
  Write: ['file_path'],
  NotebookEdit: ['notebook_path'],
  Glob: ['path', 'pattern'],
  Grep: ['path'],
};

/** True for tools whose calls are about files. */
export function isPathTool(tool: string): boolean {
  return Object.hasOwn(PATH_INPUTS, tool);
}

/** Tools that change no file. */
const READERS = ['Read', 'Glob', 'Grep'];

/** The folders that an unrestricted rule for a file tool covers. Symbolic links are followed, so none leads out. */
export class PathScope {
  readonly #workDir: string;
  readonly #roots: readonly string[];
  readonly #readable: readonly string[];

  /** `readable`: further folders, for tools that only read. */
  constructor(workDir: string, additional: readonly string[], readable: readonly string[] = []) {
    this.#workDir = workDir;
    this.#roots = [workDir, ...additional].map(realPathOf);
    this.#readable = [...this.#roots, ...readable.map(realPathOf)];
  }

  /** Real, absolute paths that the call touches: the working directory when it names none. */
  pathsOf(tool: string, input: Readonly<Record<string, unknown>>): readonly string[] {
    const named = (PATH_INPUTS[tool] ?? []).flatMap((key) => {
      const value = input[key];
      if (typeof value !== 'string' || value === '') return [];
      return [key === 'pattern' ? fixedPart(value) : value];
    });
    return (named.length === 0 ? ['.'] : named).map((path) => realPathOf(resolve(this.#workDir, path)));
  }

  contains(path: string, tool: string): boolean {
    const roots = READERS.includes(tool) ? this.#readable : this.#roots;
    return roots.some((root) => {
      const below = relative(root, path);
      return below === '' || (!below.startsWith('..') && !isAbsolute(below));
    });
  }
}

/** What a glob names before its first wildcard, so that `../../etc/*` is seen for what it is. */
function fixedPart(pattern: string): string {
  const wildcard = pattern.search(/[*?[{]/);
  if (pattern.includes('..')) return pattern.replaceAll(/[*?[{][^/]*/g, 'x');
  return wildcard === -1 ? pattern : pattern.slice(0, wildcard) || '.';
}

/** The path with its links resolved, as far as it exists. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What does not exist yet has no links of its own; the folder above it may.
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), relative(parent, path));
  }
}
