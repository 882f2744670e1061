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

/** True for tools whose calls name files. */
export function isPathTool(tool: string): boolean {
  return Object.hasOwn(PATH_INPUTS, tool);
}

/** Tools that change no file. */
const READERS = ['Read', 'Glob', 'Grep'];

/** Tools that read everything below a folder. */
const SEARCHERS = ['Glob', 'Grep'];

export interface PathScopeOptions {
  /** Beside the working directory. */
  readonly additional?: readonly string[];
  /** Further folders, for tools that only read. */
  readonly readable?: readonly string[];
  /** No file tool reaches into these, unless it is into one of the folders above. */
  readonly hidden?: readonly string[];
}

/** The folders that an unrestricted rule for a file tool covers. Symbolic links are followed, so none leads out. */
export class PathScope {
  readonly #workDir: string;
  readonly #roots: readonly string[];
  readonly #readable: readonly string[];
  readonly #hidden: readonly string[];

  constructor(workDir: string, { additional = [], readable = [], hidden = [] }: PathScopeOptions = {}) {
    this.#workDir = workDir;
    this.#roots = [workDir, ...additional].map(realPathOf);
    this.#readable = [...this.#roots, ...readable.map(realPathOf)];
    this.#hidden = hidden.map(realPathOf);
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
    return roots.some((root) => isInside(root, path));
  }

  /** True if no approval may let the tool reach the path, because it belongs to the runtime or to another owner. */
  isHidden(path: string, tool: string): boolean {
    if (this.contains(path, tool)) return false;
    if (this.#hidden.some((folder) => isInside(folder, path))) return true;
    // A search from a folder above would reach into it.
    return SEARCHERS.includes(tool) && this.#hidden.some((folder) => isInside(path, folder));
  }
}

function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below === '' || (!below.startsWith('..') && !isAbsolute(below));
}

/** The path of a glob before its first wildcard, so that `../../etc/*` is recognised. */
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
