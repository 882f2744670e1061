import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../../../../', import.meta.url));

/** A directory with an installation of the built runtime, but not of the durable package. */
export async function installWithoutTemporal(): Promise<AsyncDisposable & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-plain-'));
  for (const name of ['adapters', 'runtime']) await install(directory, name);
  await writeFile(join(directory, 'package.json'), '{"type": "module"}');
  await writeFile(join(directory, 'config.yaml'), 'name: Plain\ndescription: A test.\nversion: 1.0.0\nruntime: echo\n');
  const adapter = new URL('../../../cli/echo-adapter.mjs', import.meta.url);
  await cp(fileURLToPath(adapter), join(directory, 'adapter.mjs'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Copies a built package and links its dependencies, without optional peers, as a package manager does. */
async function install(directory: string, name: string): Promise<void> {
  const from = join(PACKAGES, name);
  const target = join(directory, 'node_modules', '@molecule', name);
  for (const entry of ['package.json', 'dist']) await cp(join(from, entry), join(target, entry), { recursive: true });
  const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (dependency.startsWith('@molecule/')) continue;
    const link = join(directory, 'node_modules', dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(await realpath(join(from, 'node_modules', dependency)), link).catch(alreadyLinked);
  }
}

/** Both packages may depend on it; the workspace has one version of each. */
function alreadyLinked(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
