import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** Names under which distributions and vendors install it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/**
 * A real Chromium, to which the given names lead to this machine. Where there is none, it is installed as Debian's package: a fresh
 * machine has none, and a test that is skipped has seen nothing.
 */
export async function startChromium(names: readonly string[]): Promise<Browser> {
  const executablePath = (await findChromium()) ?? (await installChromium());
  return chromium.launch({
    executablePath,
    args: [
      // It refuses to run as root otherwise. What it opens is served by the test.
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
