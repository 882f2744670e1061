import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { runServer } from './child.mjs';
import { checkDemoModel } from './demo-model.mjs';
import { checkNeeds, setUp } from './needs.mjs';
import { root, workspaceNode } from './paths.mjs';
import { install, pnpm } from './pnpm.mjs';

const DEFAULT_TEMPLATE = 'ai-sdk';
const DEMO_MODEL = '@molecule/demo-model';

/** Installs and builds only the requirements of one template, then serves it. Resolves with the exit code. */
export async function start([first, ...rest]) {
  const named = first !== undefined && !first.startsWith('-');
  const template = named ? first : DEFAULT_TEMPLATE;
  const options = named || first === undefined ? rest : [first, ...rest];
  const templates = listTemplates();
  if (!templates.includes(template)) {
    console.error(
      `No template "${template}". Known templates: ${templates.join(', ')}. For example: npm start ${DEFAULT_TEMPLATE}`,
    );
    return 2;
  }
  const directory = join(root, 'templates', template);
  const { name, molecule } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const keys = keysOf(molecule?.keys ?? {}, directory);
  const usesDemoModel = needsDemoModel(keys, options);
  const missing = (await checkNeeds(directory)) || (usesDemoModel ? checkDemoModel(keys) : 0);
  if (missing !== 0) return missing;
  // In parallel with the following steps: it uses another registry and takes as long as they do.
  const settingUp = setUp(directory);
  const needed = [name, ...(usesDemoModel ? [DEMO_MODEL] : [])];
  const exitCode =
    (await install(`the dependencies of ${needed.join(' and ')}`, ['molecule', ...needed.map((one) => `${one}...`)])) ||
    (await pnpm(`Building ${needed.join(' and ')}`, [
      'exec',
      'turbo',
      'run',
      'build',
      ...needed.map((one) => `--filter=${one}`),
      '--output-logs=errors-only',
    ]));
  return (await settingUp) || exitCode || (await serve(directory, options));
}

function listTemplates() {
  const parent = join(root, 'templates');
  return readdirSync(parent).filter((name) => existsSync(join(parent, name, 'package.json')));
}

/**
 * The variables of which one must be set for the template's model: those of the model's provider, and those that apply to
 * any (`*`). They are `molecule.keys` of the template's package.json, since its adapter is not built yet; a test compares
 * them with the adapter.
 */
function keysOf(keys, directory) {
  const provider = (process.env.MOLECULE_MODEL || modelOf(directory)).split(':')[0].trim();
  return [...(keys[provider] ?? []), ...(keys['*'] ?? [])];
}

function modelOf(directory) {
  return /^model: *["']?([^"'\s]+)/m.exec(readFileSync(join(directory, 'config.yaml'), 'utf8'))?.[1] ?? '';
}

function needsDemoModel(keys, options) {
  if (options.includes('--demo-model') || process.env.MOLECULE_DEMO_MODEL) return true;
  return keys.length > 0 && !keys.some((name) => process.env[name]);
}

/** Serves the template from its own directory, with its dependencies and its built adapter. */
function serve(directory, options) {
  const manifest = createRequire(join(directory, 'package.json')).resolve('@molecule/runtime/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const preload = pathToFileURL(join(root, 'scripts', 'run', 'end-with-parent.mjs')).href;
  return runServer(
    workspaceNode(),
    ['--import', preload, join(dirname(manifest), bin.molecule), 'start', '--dev', ...options],
    { cwd: directory, env: process.env },
  );
}
