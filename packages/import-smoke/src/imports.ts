import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** A relative import between two files; both paths are relative to the directory that was read, with `/`. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

// `from '...'` of an import or export, `import('...')`, and an import for its effect.
const SPECIFIER = /(?:from|import)(?: |\(\s*)'(\.[^'\n]*)'/g;

/** Every relative import of the TypeScript files below a directory, types included. */
export async function relativeImports(directory: string): Promise<Import[]> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => /\.tsx?$/.test(name)).sort();
  const found = names.map(async (from) => {
    const source = await readFile(join(directory, from), 'utf8');
    return [...source.matchAll(SPECIFIER)].map(([, specifier = '']) => {
      const target = relative(directory, resolve(directory, dirname(from), specifier)).replace(/\.js$/, '.ts');
      return { from, to: names.includes(`${target}x`) ? `${target}x` : target };
    });
  });
  return (await Promise.all(found)).flat();
}

/** The rooms that import each other in a circle; an empty list if there is none. */
export function circleOf(arrows: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (room: string): readonly string[] => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (finished.has(room)) return [];
    path.push(room);
    for (const next of arrows.get(room) ?? []) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    finished.add(room);
    return [];
  };
  for (const room of arrows.keys()) {
    const circle = visit(room);
    if (circle.length > 0) return circle;
  }
  return [];
}
