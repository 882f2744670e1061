import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Files of a template, by their paths. */
export type Files = Readonly<Record<string, string>>;

/** A template's directory on disk, with its own `node_modules`. */
export interface Template extends AsyncDisposable {
  readonly directory: string;
}

/** Builds this package's present sources, so that no test uses an old `dist`. */
export async function buildPackage(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'adapters-build-')));
  await build({
    entry: [join(PACKAGE, 'src/index.ts')],
    outDir: join(directory, 'dist'),
    format: 'esm',
    target: 'node22',
    skipNodeModulesBundle: true,
    silent: true,
    config: false,
  });
  await cp(join(PACKAGE, 'package.json'), join(directory, 'package.json'));
  return directory;
}

/** Installs a real copy of the built package at `node_modules/@molecule/adapters` of a directory. */
async function installPackage(built: string, directory: string): Promise<void> {
  const modules = join(directory, 'node_modules');
  await cp(built, join(modules, '@molecule/adapters'), { recursive: true });
  for (const name of ['import-meta-resolve', 'fastest-levenshtein']) {
    await symlink(join(PACKAGE, 'node_modules', name), join(modules, name));
  }
}

/** Creates a template from files. `name` is the name of its directory. */
export async function makeTemplate(built: string, files: Files, name = 'template'): Promise<Template> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'adapters-template-')));
  const directory = join(parent, name);
  await mkdir(directory);
  await installPackage(built, directory);
  await writeFiles(directory, { 'package.json': '{"type":"module"}', ...files });
  return { directory, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** The source of a module that exports an adapter of this name. */
export function adapterSource(name: string, statement = 'export const adapter ='): string {
  return `
    import { defineAdapter } from '@molecule/adapters';
    ${statement} defineAdapter({
      name: ${JSON.stringify(name)},
      displayName: 'A test',
      description: 'A test',
      createEngine: () => ({ async *runTurn() { yield { type: 'finish', text: 'done' }; } }),
    });
  `;
}
