import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { authorsWorkflow } from './authors-workflow.ts';
import { type Manifest, standaloneManifest } from './standalone-manifest.ts';

// Copies the templates of this repository into the package, so that each works outside of the repository.

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const target = fileURLToPath(new URL('../../dist/templates', import.meta.url));
const ignored = [
  'node_modules/',
  'dist/',
  '.molecule/',
  '.env',
  '.env.*',
  '!.env.example',
  '*.db',
  '*.pem',
  '*.key',
  '*.tgz',
];

/** The templates that are offered first. */
const FIRST = ['ai-sdk', 'blank'];
const placeOf = ({ engine }: { readonly engine: string }) =>
  (FIRST.indexOf(engine) + FIRST.length + 1) % (FIRST.length + 1);

rmSync(target, { recursive: true, force: true });
const index = readdirSync(join(root, 'templates'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => buildTemplate(name))
  // Those that need no other program and no knowledge of an engine come first.
  .sort((left, right) => placeOf(left) - placeOf(right) || left.engine.localeCompare(right.engine));
writeFileSync(join(target, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);

function buildTemplate(name: string): { engine: string; description: string } {
  const source = join(root, 'templates', name);
  const built = join(target, name);
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  mkdirSync(built, { recursive: true });
  // `files` also lists what an author may add, such as skills.
  const shipped = manifest.files
    .flatMap((pattern) => globSync(pattern, { cwd: source }))
    .filter((one) => one !== 'dist');
  for (const file of new Set([...shipped, 'README.md'])) {
    mkdirSync(dirname(join(built, file)), { recursive: true });
    cpSync(join(source, file), join(built, file), { recursive: true });
  }
  // npm interprets files of the original names wherever they are. createProject gives the names back.
  writeFileSync(join(built, '_package.json'), JSON.stringify(standaloneManifest(manifest, root), undefined, 2));
  writeFileSync(join(built, '_gitignore'), `${[...new Set([...ignored, ...ownIgnored(source)])].join('\n')}\n`);
  mkdirSync(join(built, '_github', 'workflows'), { recursive: true });
  writeFileSync(join(built, '_github', 'workflows', 'ci.yml'), authorsWorkflow(root));
  return { engine: name, description: describe(source) };
}

function ownIgnored(source: string): readonly string[] {
  if (!readdirSync(source).includes('.gitignore')) return [];
  return readFileSync(join(source, '.gitignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function describe(source: string): string {
  const file = join(source, 'config.yaml');
  const { description } = parse(readFileSync(file, 'utf8')) as { description?: string };
  if (description === undefined) throw new Error(`${relative(root, file)} has no description`);
  return description;
}
