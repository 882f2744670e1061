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

const DEFAULT_TEMPLATE = 'langgraph';
const DEMO_MODEL = '@molecule/demo-model';

/** Installs and builds what one template needs, and nothing of the others; then serves it. Resolves to the exit code. */
export async function start([first, ...rest]) {
  const named = first !== undefined && !first.startsWith('-');
  const template = named ? first : DEFAULT_TEMPLATE;
  const options = named || first === undefined ? rest : [first, ...rest];
  const templates = listTemplates();
  if (!templates.includes(template)) {
    console.error(
      `No template "${template}". There are: ${templates.join(', ')}. For example: npm start ${DEFAULT_TEMPLATE}`,
    );
    return 2;
  }
  const directory = join(root, 'templates', template);
  const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const keys = keysOf(template, directory);
  const wantsDemoModel = needsDemoModel(keys, options);
  const missing = (await checkNeeds(directory)) || (wantsDemoModel ? checkDemoModel(keys) : 0);
  if (missing !== 0) return missing;
  // Beside all that follows: it asks another registry, and takes as long.
  const settingUp = setUp(directory);
  const needed = [name, ...(wantsDemoModel ? [DEMO_MODEL] : [])];
  const exitCode =
    (await install(`what ${needed.join(' and ')} need`, ['molecule', ...needed.map((one) => `${one}...`)])) ||
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

/** Which keys a template's model can be reached with. An adapter knows better, but is not built yet. */
function keysOf(template, directory) {
  if (template === 'blank') return [];
  if (template === 'claude-code') return CLAUDE_CODE_KEYS;
  const provider = (process.env.MOLECULE_MODEL || modelOf(directory)).split(':')[0].trim();
  return [...(PROVIDER_KEYS[provider] ?? []), ...(template === 'hermes' ? ['HERMES_API_BASE'] : [])];
}

const CLAUDE_CODE_KEYS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
];

/** Another provider's key would change nothing. */
const PROVIDER_KEYS = {
  openai: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  anthropic: ['ANTHROPIC_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
};

function modelOf(directory) {
  return /^model: *["']?([^"'\s]+)/m.exec(readFileSync(join(directory, 'config.yaml'), 'utf8'))?.[1] ?? '';
}

function needsDemoModel(keys, options) {
  if (options.includes('--demo-model') || process.env.MOLECULE_DEMO_MODEL) return true;
  return keys.length > 0 && !keys.some((name) => process.env[name]);
}

/** As the template itself would: from its directory, with its dependencies and its built adapter. */
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
