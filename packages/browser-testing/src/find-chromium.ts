import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Names of the program in the packages of distributions and vendors. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** The path of an installed Chromium, Chrome or Edge. Undefined: there is none. */
export async function findChromium(): Promise<string | undefined> {
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
