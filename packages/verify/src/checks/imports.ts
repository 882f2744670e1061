import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { readSource, type SourceFacts } from '../ship/read-source.js';
import { filesIn } from '../ship/tarball-files.js';
import type { TemplateManifest } from '../template-manifest.js';
import { ok, type VerifyCheck } from '../verify-check.js';
import { demand } from '../verify-error.js';

const MODULE = /\.[cm]?[jt]s$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** Files that only the author of a template runs. */
const AUTHORS = /(^|\/)(tests?|__tests__|scripts|bench|examples?)\/|\.(test|spec|config)\.[cm]?[jt]s$/;

interface Module {
  readonly file: string;
  readonly facts: SourceFacts;
}

/** Every imported package is declared, and no adapter reads `process.env`. */
export const imports: VerifyCheck = {
  name: 'imports',
  gate: true,
  async run({ manifest, template }) {
    const files = (await filesIn(template)).filter((file) => MODULE.test(file) && !DECLARATION.test(file));
    // The output of a build may contain code of other packages.
    const hasSources = files.some((file) => file.startsWith('src/'));
    const looked = files.filter((file) => !hasSources || !file.startsWith('dist/'));
    const modules: Module[] = [];
    const unread: string[] = [];
    for (const file of looked) {
      const facts = readSource(file, await readFile(join(template, file), 'utf8'));
      if (facts === undefined) unread.push(file);
      else modules.push({ file, facts });
    }
    demandDeclared(manifest, modules);
    const readers = modules
      .filter(({ file }) => !AUTHORS.test(file))
      .flatMap(({ file, facts }) => facts.environment.map((line) => `${file}:${line}`));
    demand(
      readers.length === 0,
      `an adapter must not read process.env, which holds variables of other programs; found ${readers.join(', ')}`,
      'read `environment` of the context that createEngine receives',
    );
    const rest = unread.length === 0 ? '' : `; could not be read: ${unread.join(', ')}`;
    return ok(`${modules.length} modules: each import declared, no process.env${rest}`);
  },
};

/** npm hoists packages of a dependency, so an undeclared import works until that dependency changes. */
function demandDeclared(manifest: TemplateManifest, modules: readonly Module[]): void {
  const { name: own, dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
  const always = new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).concat(own));
  const atWork = new Set([...always, ...Object.keys(devDependencies ?? {})]);
  const missing = modules.flatMap(({ file, facts }) => {
    // Sources are built where development dependencies are installed; other files run where only `dependencies` are.
    const known = file.startsWith('src/') || AUTHORS.test(file) ? atWork : always;
    return [...new Set(facts.imports.flatMap(packageOf))]
      .filter((name) => !known.has(name))
      .map((name) => `${name} (${file})`);
  });
  demand(
    missing.length === 0,
    `every package that is imported must be declared; not in \`dependencies\`: ${missing.join(', ')}`,
    `npm install ${missing[0]?.split(' ', 1)[0]}`,
  );
}

function packageOf(specifier: string): readonly string[] {
  if (/^[./#]|^[a-z]+:/i.test(specifier) || isBuiltin(specifier)) return [];
  return [specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')];
}
