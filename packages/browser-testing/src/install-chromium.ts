import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { findChromium } from './find-chromium.ts';

const run = promisify(execFile);

/**
 * Installs Debian's package, and returns the path of the program. Several test files may call it at the same time, each in a process of
 * its own: `apt-get update` fails while another one runs, so they take turns.
 */
export async function installChromium(): Promise<string> {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const lock = join(tmpdir(), 'molecule-chromium.lock');
  const aptGet = async (...words: readonly string[]) => {
    await run('flock', [lock, ...sudo, 'apt-get', ...words], { env: environment, maxBuffer: 64 * 1024 * 1024 });
  };
  await aptGet('update', '-qq');
  await aptGet('-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', 'chromium');
  const installed = await findChromium();
  if (installed === undefined) throw new Error('apt-get has installed chromium, but it is not where programs are.');
  return installed;
}
