import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CreateError } from './create-error.js';
import { assertProjectName, displayName } from './project-name.js';
import { listTemplates, TEMPLATES_DIRECTORY } from './templates.js';

export interface CreateProjectOptions {
  /** Created if it does not exist; must be empty. */
  readonly directory: string;
  /** One of `listTemplates()`. */
  readonly engine: string;
  /** Name of the package. Default: the directory's. */
  readonly name?: string;
}

export interface CreatedProject {
  readonly directory: string;
  readonly name: string;
  readonly engine: string;
  /** Names of the scripts in its `package.json`. */
  readonly scripts: readonly string[];
  /** Relative paths. */
  readonly files: readonly string[];
}

/** npm leaves files of these names out of a package, or interprets them, so the build renames them. */
const RENAMED = [
  ['_package.json', 'package.json'],
  ['_gitignore', '.gitignore'],
  ['_github', '.github'],
] as const;

/** Dependencies of the templates have install scripts that are not needed. pnpm 11 and newer fails unless each is listed. */
const PNPM_SETTINGS = `# Only pnpm reads this file. No dependency needs its install script, and pnpm fails unless each is listed here.
strictDepBuilds: false
allowBuilds:
  "@swc/core": false
  esbuild: false
  protobufjs: false
`;

/**
 * Creates a project: a copy of a template under a new name.
 *
 * @throws {CreateError} `NAME_INVALID`, `ENGINE_UNKNOWN`, `DIRECTORY_NOT_EMPTY`
 */
export async function createProject(options: CreateProjectOptions): Promise<CreatedProject> {
  const directory = resolve(options.directory);
  const name = options.name ?? basename(directory);
  assertProjectName(name);
  assertEngine(options.engine);
  await assertEmpty(directory);
  await mkdir(directory, { recursive: true });
  await cp(join(TEMPLATES_DIRECTORY, options.engine), directory, { recursive: true });
  for (const [from, to] of RENAMED) await rename(join(directory, from), join(directory, to));
  const manifestFile = join(directory, 'package.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as { readonly scripts: Record<string, string> };
  await writeFile(manifestFile, `${JSON.stringify({ ...manifest, name }, undefined, 2)}\n`);
  // The first lines of these files hold the name of the template.
  await edit(join(directory, 'config.yaml'), (text) => text.replace(/^name: .*$/m, `name: ${displayName(name)}`));
  await edit(join(directory, 'README.md'), (text) => text.replace(/^# .*$/m, `# ${displayName(name)}`));
  await writeFile(join(directory, 'pnpm-workspace.yaml'), PNPM_SETTINGS);
  const entries = await readdir(directory, { recursive: true });
  return { directory, name, engine: options.engine, scripts: Object.keys(manifest.scripts), files: entries.sort() };
}

function assertEngine(engine: string): void {
  const engines = listTemplates().map((template) => template.engine);
  if (engines.includes(engine)) return;
  throw new CreateError(
    'ENGINE_UNKNOWN',
    `There is no template for the engine "${engine}". There are: ${engines.join(', ')}.`,
  );
}

async function assertEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  // `git init` may have been run before.
  const own = entries.filter((entry) => entry !== '.git');
  if (own.length === 0) return;
  throw new CreateError('DIRECTORY_NOT_EMPTY', `${directory} is not empty: it has ${own[0]}. Name another directory.`);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}
