import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeOutsideDirectory, type OutsideDirectory } from '../../src/outside-directory.ts';
import { manifestOf } from '../../src/workspace.ts';

const MANIFEST = {
  name: 'tiny-agent',
  version: '1.0.0',
  type: 'module',
  exports: { '.': './adapter.js' } as Record<string, string>,
  files: ['adapter.js', 'config.yaml'],
  scripts: { start: 'molecule start' },
  dependencies: {
    '@molecule/adapters': `^${manifestOf('packages', 'adapters').version}`,
    '@molecule/runtime': `^${manifestOf('packages', 'runtime').version}`,
  } as Record<string, string>,
  devDependencies: {} as Record<string, string>,
  molecule: {
    verify: {
      slow: { text: `slowly ${Array.from({ length: 18 }, (_, index) => index).join(' ')} over`, expect: 'over' },
      ask: { text: 'ask', answer: 'green', expect: 'You said green.' },
    },
  },
};

export type TinyManifest = typeof MANIFEST;

/** The fault of a template. */
export interface Fault {
  readonly manifest?: (manifest: TinyManifest) => TinyManifest;
  readonly adapter?: (source: string) => string;
  /** Additional files, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The smallest template that passes, apart from the fault. */
export async function writeTinyTemplate({ manifest, adapter, files = {} }: Fault = {}): Promise<OutsideDirectory> {
  const directory = await makeOutsideDirectory('tiny');
  const source = await readFile(new URL('./tiny-template/adapter.js', import.meta.url), 'utf8');
  const spoiled = adapter?.(source) ?? source;
  if (adapter !== undefined && spoiled === source) throw new Error('the fault changes nothing');
  await writeFile(join(directory.path, 'adapter.js'), spoiled);
  await writeFile(join(directory.path, 'config.yaml'), 'name: Tiny\ndescription: Says it back.\nruntime: tiny\n');
  await writeFile(join(directory.path, 'package.json'), JSON.stringify(manifest?.(MANIFEST) ?? MANIFEST, undefined, 2));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory.path, path)), { recursive: true });
    await writeFile(join(directory.path, path), text);
  }
  return directory;
}
