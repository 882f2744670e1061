// Finds a Python that Hermes can be installed with, without downloading anything.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const OLDEST = [3, 11];
const NEWEST = [3, 13];
/** The command that runs the setup from any directory; `npm run setup` works only in the template's. */
const SETUP = `node '${fileURLToPath(new URL('../setup.mjs', import.meta.url)).replaceAll("'", "'\\''")}'`;
const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];

const LOOK = `
import importlib.util as u, json, sys
print(json.dumps({"version": sys.version_info[:2], "modules": [m for m in ("venv", "ensurepip", "pip", "virtualenv") if u.find_spec(m)]}))
`;

/** The ways to create an environment with a Python that has these modules, best first. */
const WAYS = [
  {
    needs: ['venv', 'ensurepip'],
    steps: (python, target, packages) => [
      [python, '-m', 'venv', target],
      [`${target}/bin/python`, '-m', 'pip', 'install', ...packages],
    ],
  },
  {
    needs: ['virtualenv'],
    steps: (python, target, packages) => [
      [python, '-m', 'virtualenv', '--quiet', target],
      [`${target}/bin/python`, '-m', 'pip', 'install', ...packages],
    ],
  },
  // Debian's python3 without python3-venv, but with python3-pip.
  {
    needs: ['venv', 'pip'],
    steps: (python, target, packages) => [
      [python, '-m', 'venv', '--without-pip', target],
      [python, '-m', 'pip', '--python', `${target}/bin/python`, 'install', ...packages],
    ],
  },
];

const UV_WAY = {
  steps: (_python, target, packages) => [
    ['uv', 'venv', '--quiet', '--python', '>=3.11,<3.14', target],
    ['uv', 'pip', 'install', '--quiet', '--python', `${target}/bin/python`, ...packages],
  ],
};

/**
 * The ways to create an environment on this machine, best first, each as a function that returns the commands. If there is
 * none, `missing` states the reason in one line.
 */
export function findWays(named) {
  const found = (named ? [named] : NAMES).map(look).filter(Boolean);
  const fit = found.filter(({ version }) => isFit(version));
  const ways = fit.flatMap(({ program, modules }) =>
    WAYS.filter(({ needs }) => needs.every((module) => modules.includes(module))).map(
      ({ steps }) =>
        (target, packages) =>
          steps(program, target, packages),
    ),
  );
  if (!named && runs('uv')) ways.push((target, packages) => UV_WAY.steps('', target, packages));
  return { ways, missing: ways.length > 0 ? undefined : missing(named, found, fit) };
}

function missing(named, found, fit) {
  const wanted = `Hermes needs Python ${OLDEST.join('.')} to ${NEWEST.join('.')} with venv or pip`;
  const advice = 'Install it (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.13)';
  if (fit.length > 0) return `${wanted}; "${fit[0].program}" has neither. ${advice}.`;
  const what = found.map(({ program, version }) => `"${program}" is ${version.join('.')}`);
  const looked = what.length > 0 ? what.join(', ') : named ? `"${named}" could not be run` : 'no Python was found';
  return `${wanted}; ${looked}. ${advice}, or name another one: ${SETUP} --python /path/to/python`;
}

function look(program) {
  const { status, stdout } = spawnSync(program, ['-c', LOOK], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return undefined;
  try {
    return { program, ...JSON.parse(stdout) };
  } catch {
    // Another program of that name.
    return undefined;
  }
}

function runs(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function isFit([major, minor]) {
  return major === OLDEST[0] && minor >= OLDEST[1] && minor <= NEWEST[1];
}
