import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Logger, MoleculeError } from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import { storageTrouble } from './storage-trouble.js';

/** A directory that the runtime needs cannot be created or used. */
export class StateDirectoryError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.StateDirectoryError';
  readonly code = 'STATE_DIR_UNUSABLE' satisfies ErrorCode;
}

/**
 * Files that the runtime keeps in its state directory. SQLite's have companions that begin with their name, and so have the copies
 * from before a migration (`tasks.db.before-004`).
 */
const FILES = [
  ...['tasks.db', 'team.db', 'temporal.db', 'temporal.lock', 'temporal.json'],
  ...['instance-id', 'platform-token', 'work-owner', 'move.json', 'move.lock'],
];
const DIRECTORIES = ['blobs', 'copies', 'boots', 'instances', 'engine', 'work', 'owners', 'contexts'];
/** Ignore files that keep the state directory out of repositories, packages and images. */
const IGNORE_FILES = ['.gitignore', '.npmignore', '.dockerignore'];
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
const REMEDY = 'or set MOLECULE_STATE_DIR to a directory of this user';

/**
 * Creates the state directory, or uses an existing one. Its files are made private to this user (0600 in 0700). If it holds no
 * foreign files, it gets ignore files.
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
 * Creates a directory that only this user can read. An existing one is not changed.
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

/** Makes a database of another program in the state directory private, and the files beside it. */
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
    // A work directory may be a link.
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) throw notADirectory(path);
    await checkUsable(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } else if (FILES.some((file) => name.startsWith(file))) await checkUsable(path, constants.R_OK | constants.W_OK);
}

function notADirectory(path: string): StateDirectoryError {
  return new StateDirectoryError(
    `${path} is not a directory, but a directory of that name is needed. Move it away, ${REMEDY}.`,
  );
}

async function checkUsable(path: string, mode: number): Promise<void> {
  try {
    await access(path, mode);
  } catch (error) {
    // SQLite may have just removed the files beside a database.
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
    // The user of a container may have no entry in its passwd file.
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
  // A directory with foreign files keeps its mode: other users may need them.
  if (foreign.length > 0) {
    if (((await stat(directory)).mode & 0o077) !== 0) {
      logger.warn(
        'other users may read the state directory; it contains files of other programs, so its mode is not changed',
        {
          stateDir: directory,
          foreign: foreign.slice(0, 5),
        },
      );
    }
  } else if (!(await makePrivate(await realpath(directory), PRIVATE_DIRECTORY))) shown.push('.');
  if (shown.length === 0) return;
  logger.warn('other users may read parts of the state directory, and this user cannot change their mode', {
    stateDir: directory,
    parts: shown,
    remedy: `chown -R ${process.getuid?.() ?? ''} ${directory} && chmod -R go-rwx ${directory}`,
  });
}

/** True if no other user can access it now. */
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
    // A file with content may differ on purpose; an empty one was created on a full disk.
    if (((await stat(path).catch(() => undefined))?.size ?? 0) > 0) continue;
    try {
      await writeFile(path, '*\n');
    } catch (error) {
      // Work that needs the disk reports that it is full.
      if (!storageTrouble(error)) throw error;
    }
  }
}
