// Installs the programs with which a test confines the commands of an agent, where Debian's packages can be installed. A skipped test
// would show nothing.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const PROGRAMS = { bwrap: 'bubblewrap', socat: 'socat', rg: 'ripgrep' };

const missing = Object.keys(PROGRAMS).filter((program) => spawnSync(program, ['--version']).error !== undefined);
if (process.platform === 'linux' && missing.length > 0 && !install(missing.map((program) => PROGRAMS[program]))) {
  console.error(
    `The test of the sandbox is skipped: ${missing.join(', ')} could not be installed. Debian, Ubuntu: apt-get install bubblewrap socat ripgrep`,
  );
}

/** @returns {boolean} true if the packages are installed */
function install(/** @type {readonly string[]} */ packages) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const aptGet = (/** @type {readonly string[]} */ ...words) => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...words];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync(command, rest, { env, stdio: 'ignore' }).status === 0;
  };
  aptGet('update', '-qq');
  return aptGet('-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', ...packages);
}
