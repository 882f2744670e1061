import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Logger, MoleculeError } from '@molecule/adapters';
import { storageTrouble } from './storage-trouble.js';

/** A directory that the runtime needs cannot be made or used. */
export class StateDirectoryError extends MoleculeError {
  override readonly name = 'StateDirectoryError';
  readonly code = 'STATE_DIR_UNUSABLE';
}

/** Files that the runtime keeps in its state directory; SQLite's have companions that begin with their name. */
const FILES = ['tasks.db', 'team.db', 'temporal.db', 'temporal.lock', 'temporal.json', 'instance-id', 'platform-token'];
const DIRECTORIES = ['boots', 'instances', 'engine', 'work'];
/** They keep what callers have said out of repositories, packages and images. */
const IGNORE_FILES = ['.gitignore', '.npmignore', '.dockerignore'];
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
const REMEDY = 'or set MOLECULE_STATE_DIR to a directory of this user';

/**
 * Makes the state directory, or takes one that is there: what lies in it is made private to this user (0600 in 0700), and it
 * gets ignore files, as long as nothing else lies in it.
 *
 * @throws {StateDirectoryError} `STATE_DIR_UNUSABLE`, with path, owner, user and remedy
 */
export async function openStateDirectory(path: string, logger: Logger): Promise<void> {
  await makeDirectory(path);
  await checkUsable(path, constants.R_OK | constants.W_OK | constants.X_OK);
  const names = await readdir(path);
  for (const name of names) await checkEntry(path, name);
  const foreign = names.filter((name) => !isOurs(name));
  await tighten(path, names.filter(isOurs), foreign, logger);
  if (foreign.length === 0) await addIgnoreFiles(path);
}

/**
 * Makes a directory that is readable by this user alone. One that is there stays as it is.
 *
 * @throws {StateDirectoryError} `STATE_DIR_UNUSABLE`
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw notADirectory(path);
    throw new StateDirectoryError(
      `The directory ${path} could not be made: ${(error as Error).message}. Set MOLECULE_STATE_DIR to one that this user may write to.`,
      { cause: error },
    );
  }
}

/** Makes a database of another program in the state directory private, with the files beside it. */
export async function makeDatabasePrivate(path: string): Promise<void> {
  for (const companion of ['', '-wal', '-shm', '-journal']) await makePrivate(`${path}${companion}`, PRIVATE_FILE);
}

function isOurs(name: string): boolean {
  const known = DIRECTORIES.includes(name) || IGNORE_FILES.includes(name);
  return known || FILES.some((file) => name === file || name.startsWith(`${file}-`) || name.startsWith(`${file}.`));
}

async function checkEntry(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  if (DIRECTORIES.includes(name)) {
    // A work directory may be reached by a link.
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) throw notADirectory(path);
    await checkUsable(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } else if (FILES.some((file) => name.startsWith(file))) await checkUsable(path, constants.R_OK | constants.W_OK);
}

function notADirectory(path: string): StateDirectoryError {
  return new StateDirectoryError(`${path} is no directory, and one of that name is needed. Move it away, ${REMEDY}.`);
}

async function checkUsable(path: string, mode: number): Promise<void> {
  try {
    await access(path, mode);
  } catch (error) {
    // SQLite removes the files beside a database that is closed at this moment.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new StateDirectoryError(await unusable(path, error as NodeJS.ErrnoException), { cause: error });
  }
}

async function unusable(path: string, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code === 'EROFS') return `${path} lies on a read-only file system. Mount it for writing, ${REMEDY}.`;
  const { uid, mode } = await lstat(path);
  const me = process.getuid?.() ?? -1;
  const rights = (mode & 0o7777).toString(8).padStart(4, '0');
  const what = `${path} may not be read and written by this user: it belongs to uid ${uid}${uid === 0 ? ' (root)' : ''} with mode ${rights}, and this process runs as ${nameOf(me)} (uid ${me})`;
  const remedy = uid === me ? `Run \`chmod -R u+rwX ${path}\`` : `Run \`chown -R ${me} ${path}\` as root`;
  return `${what}. ${remedy}, ${REMEDY}.`;
}

function nameOf(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user needs no entry in its passwd file.
    return `user ${uid}`;
  }
}

async function tighten(
  directory: string,
  ours: readonly string[],
  foreign: readonly string[],
  logger: Logger,
): Promise<void> {
  const shown: string[] = [];
  for (const name of ours) {
    if (name === 'work' || IGNORE_FILES.includes(name)) continue;
    const wanted = DIRECTORIES.includes(name) ? PRIVATE_DIRECTORY : PRIVATE_FILE;
    if (!(await makePrivate(join(directory, name), wanted))) shown.push(name);
  }
  // A directory that holds other things is not ours to close to others.
  if (foreign.length > 0) {
    if (((await stat(directory)).mode & 0o077) !== 0) {
      logger.warn(
        "others may read the state directory; it holds things that are not the runtime's, so its mode stays",
        {
          stateDir: directory,
          foreign: foreign.slice(0, 5),
        },
      );
    }
  } else if (!(await makePrivate(await realpath(directory), PRIVATE_DIRECTORY))) shown.push('.');
  if (shown.length === 0) return;
  logger.warn('others may read parts of the state directory, and their mode cannot be changed by this user', {
    stateDir: directory,
    parts: shown,
    remedy: `chown -R ${process.getuid?.() ?? ''} ${directory} && chmod -R go-rwx ${directory}`,
  });
}

/** True when nobody else can reach it now. */
async function makePrivate(path: string, wanted: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isSymbolicLink() || (found.mode & 0o077) === 0) return true;
  if (found.uid !== process.getuid?.()) return false;
  return chmod(path, wanted).then(
    () => true,
    () => false,
  );
}

async function addIgnoreFiles(directory: string): Promise<void> {
  for (const name of IGNORE_FILES) {
    const path = join(directory, name);
    // One that is there may say something else on purpose; an empty one was begun on a full disk.
    if (((await stat(path).catch(() => undefined))?.size ?? 0) > 0) continue;
    try {
      await writeFile(path, '*\n');
    } catch (error) {
      // A full disk is told by what needs it.
      if (!storageTrouble(error)) throw error;
    }
  }
}
