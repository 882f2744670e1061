#!/usr/bin/env node
// Installs the Hermes Agent. It can run again at any time: if the pinned versions are installed, it does nothing.
//
//   npm run setup [-- --dir <folder of the environment>] [--python <python program>] [--check] [--when-needed]
//
// --dir          default: a directory for these versions in the user's cache directory, shared by all projects
// --check        installs nothing; if Hermes is not installed and cannot be installed, it fails with one line
// --when-needed  does nothing if the project uses another Hermes: HERMES_API_BASE, or `hermes_command` in config.yaml
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cachedEnvironment, hermesIn } from './setup/environment.mjs';
import { InstallError, install } from './setup/install.mjs';
import { findWays } from './setup/python.mjs';

const template = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    python: { type: 'string' },
    check: { type: 'boolean', default: false },
    'when-needed': { type: 'boolean', default: false },
  },
});

process.exitCode = await setup();

async function setup() {
  if (values['when-needed'] && usesAnother()) return 0;
  const cached = cachedEnvironment(template, process.env);
  const places = values.dir ? [resolve(values.dir)] : [cached.path, join(template, '.hermes-venv')];
  for (const path of places) {
    const hermes = hermesIn(path, cached.receipt);
    if (hermes !== undefined) return say(`Hermes is there: ${hermes}`);
  }
  const { ways, missing } = findWays(values.python);
  if (ways.length === 0) {
    // It may not be the version that the template was tested with, but it is better than no Hermes.
    if (values['when-needed'] && onPath('hermes')) return 0;
    return fail('HERMES_NEEDS_PYTHON', missing);
  }
  if (values.check) return 0;
  return installAt(places, cached, ways);
}

async function installAt([path, ...others], cached, ways) {
  console.log(`Installing Hermes Agent ${cached.version} into ${path} (240 MB, about a minute, once) ...`);
  try {
    const hermes = await install({ ...cached, path, ways, tell: console.log });
    console.log(`Hermes is installed: ${hermes}`);
    return 0;
  } catch (error) {
    if (
      !(error instanceof InstallError) &&
      !['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENOSPC'].includes(error.code)
    )
      throw error;
    if (error instanceof InstallError || others.length === 0) {
      return fail('HERMES_INSTALL_FAILED', `Hermes could not be installed: ${error.message}`);
    }
    console.log(`${path} cannot be written (${error.code}).`);
    return installAt(others, cached, ways);
  }
}

function usesAnother() {
  if (process.env.HERMES_API_BASE) return true;
  const config = join(template, 'config.yaml');
  return existsSync(config) && /^\s+hermes_command:/m.test(readFileSync(config, 'utf8'));
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function say(line) {
  if (!values.check && !values['when-needed']) console.log(line);
  return 0;
}

function fail(code, message) {
  console.error(`${code}: ${message}`);
  return 1;
}
