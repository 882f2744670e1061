import { createHash } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentEngine,
  type AnswerTurn,
  type FilePart,
  type MessageTurn,
  MoleculeError,
  type Part,
  type Turn,
} from '@molecule/adapters';
import { decorateEngine } from '../runner/decorate-engine.js';
import { safeFileNames } from './safe-file-names.js';

/** In the working directory; below it each message has a directory of its own. */
const INBOX = 'inbox';

/** The files of a message could not be put where the agent finds them; `cause` says why. Its message is for the caller. */
export class FilesNotSavedError extends MoleculeError {
  override readonly name = 'FilesNotSavedError';
  readonly code = 'FILES_NOT_SAVED';
}

type FileWithBytes = FilePart & { readonly data: string };

/**
 * The same engine; the files of each message lie in the working directory before it sees the turn, and the turn's parts
 * say where.
 *
 * @param workDir absolute, with its links followed
 */
export function withIncomingFiles(engine: AgentEngine, workDir: string): AgentEngine {
  return decorateEngine(engine, async function* (turn, controls) {
    yield* engine.runTurn(await withPaths(turn, workDir), controls);
  });
}

async function withPaths(turn: Turn, workDir: string): Promise<Turn> {
  if (turn.kind === 'continue') return { ...turn, original: await saved(turn.original, workDir) };
  return saved(turn, workDir);
}

async function saved<Asked extends MessageTurn | AnswerTurn>(turn: Asked, workDir: string): Promise<Asked> {
  const files = turn.parts.filter(hasBytes);
  if (files.length === 0) return turn;
  const inbox = join(workDir, INBOX);
  const directory = join(inbox, directoryNameOf(turn));
  const names = safeFileNames(files);
  const paths = new Map(files.map((file, index) => [file as Part, join(directory, names[index] ?? '')]));
  try {
    await makeDirectory(inbox);
    await makeDirectory(directory);
    for (const file of files) await save(file, paths.get(file) ?? '', turn.attempt > 1);
  } catch (error) {
    throw new FilesNotSavedError(
      'The files of the message could not be saved for the agent. The operator finds the reason in the log, under the task id.',
      { cause: error },
    );
  }
  return { ...turn, parts: turn.parts.map((part) => withPath(part, paths.get(part))) };
}

/** A caller chooses its message ids, so two may choose the same; task ids are the server's own. */
function directoryNameOf({ taskId, messageId }: MessageTurn | AnswerTurn): string {
  return createHash('sha256').update(`${taskId}\0${messageId}`).digest('hex').slice(0, 16);
}

/** The agent may write to the working directory: a link that it put there must not lead the runtime elsewhere. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await lstat(path)).isDirectory()) return;
    throw new Error(
      `${path} must be a directory that is no symbolic link; something else stands there. Remove it, and send the message again.`,
      { cause: error },
    );
  }
}

/** Written aside and moved into place: the name holds the whole file or nothing, and a link of that name is replaced. */
async function save({ data }: FileWithBytes, path: string, isRepeated: boolean): Promise<void> {
  if (isRepeated && (await isFile(path))) return;
  const partial = join(path, '..', `.${crypto.randomUUID()}`);
  try {
    await writeFile(partial, Buffer.from(data, 'base64'), { flag: 'wx', mode: 0o600 });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function hasBytes(part: Part): part is FileWithBytes {
  return part.kind === 'file' && part.data !== undefined;
}

function withPath(part: Part, path: string | undefined): Part {
  return part.kind === 'file' && path !== undefined ? { ...part, path } : part;
}
