import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';
import { installChromium } from './install-chromium.ts';

/**
 * A real Chromium. If none is installed, Debian's package is installed, because a skipped test would show nothing: that takes some
 * minutes, which the hook of a test must allow.
 *
 * @param names Names that resolve to this machine, so that a page can have an origin of its own. Default: none.
 */
export async function startChromium(names: readonly string[] = []): Promise<Browser> {
  const executablePath = (await findChromium()) ?? (await installChromium());
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses to run as root without this option. It opens only pages of the test.
      '--no-sandbox',
      ...(names.length > 0 ? [`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`] : []),
    ],
  });
}
