import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Names of the program in the packages of distributions and vendors. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/**
 * A real Chromium that resolves the given names to this machine. If none is installed, Debian's package is installed, because a skipped
 * test would show nothing.
 */
export async function startChromium(names: readonly string[]): Promise<Browser> {
  const executablePath = (await findChromium()) ?? (await installChromium());
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses to run as root without this option. It opens only pages of the test.
      '--no-sandbox',
      `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`,
    ],
  });
}

async function findChromium(): Promise<string | undefined> {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const name of NAMES) {
    for (const directory of [...directories, '/usr/bin', '/opt/google/chrome']) {
      const path = join(directory, name);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function installChromium(): Promise<string> {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = async (...words: readonly string[]) => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...words];
    await run(command, rest, { env: environment, maxBuffer: 64 * 1024 * 1024 });
  };
  await aptGet('update', '-qq');
  await aptGet('-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', 'chromium');
  const installed = await findChromium();
  if (installed === undefined) throw new Error('apt-get has installed chromium, but it is not where programs are.');
  return installed;
}
