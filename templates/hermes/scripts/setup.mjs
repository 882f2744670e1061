#!/usr/bin/env node
// Installs the Hermes Agent into a virtual environment of its own, `.hermes-venv` in this template. Run it again at any
// time: it does nothing when the pinned versions are there, and starts over when an earlier run was cut short.
//
//   npm run setup [-- --dir <folder of the virtual environment>] [-- --python <python program>]

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// aiohttp serves the API and is none of Hermes' own requirements; the extras speak to Anthropic models and MCP servers.
const PACKAGES = ['hermes-agent[anthropic,mcp]==0.19.0', 'aiohttp==3.14.5'];
const OLDEST_PYTHON = [3, 11];

const { values } = parseArgs({ options: { dir: { type: 'string' }, python: { type: 'string', default: 'python3' } } });
const venv = resolve(values.dir ?? fileURLToPath(new URL('../.hermes-venv', import.meta.url)));
const hermes = join(venv, 'bin', 'hermes');
const receipt = join(venv, 'installed.txt');

if (isInstalled()) {
  console.log(`Hermes is there: ${hermes}`);
} else {
  checkPython(values.python);
  rmSync(venv, { recursive: true, force: true });
  run(values.python, ['-m', 'venv', venv]);
  console.log(`Installing ${PACKAGES.join(' and ')} into ${venv}; this takes about a minute.`);
  run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  // Written last: a virtual environment without it is a half one.
  writeFileSync(receipt, PACKAGES.join('\n'));
  console.log(`Hermes is installed: ${hermes}`);
}

function isInstalled() {
  return existsSync(hermes) && existsSync(receipt) && readFileSync(receipt, 'utf8') === PACKAGES.join('\n');
}

function checkPython(python) {
  const { status, stdout } = spawnSync(python, ['-c', 'import sys, venv; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
  if (status === 0 && (major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]))) return;
  fail(
    `Hermes needs Python ${OLDEST_PYTHON.join('.')} or newer with its venv module. ` +
      (status === 0 ? `"${python}" is ${major}.${minor}.` : `"${python}" could not be run.`) +
      ' Install it, or name another one: npm run setup -- --python /path/to/python',
  );
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0)
    fail(`"${[program, ...args].join(' ')}" failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
