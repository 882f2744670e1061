import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, constants, copyFile, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentEngine,
  type AnswerTurn,
  type AskAnswer,
  type FilePart,
  type InputAnswer,
  type MessageTurn,
  MoleculeError,
  type Part,
  type Turn,
  type TurnControls,
} from '@molecule/adapters';
import type { ErrorCode } from '../../support/error-codes.js';
import type { Blobs } from '../../tasks/blobs/blobs.js';
import { storedFileAt } from '../../tasks/blobs/stored-file.js';
import { decorateEngine, prepareTurns } from '../decorate-engine.js';
import { safeFileNames } from './safe-file-names.js';

/** The directory in the working directory that has one subdirectory for each message. */
const INBOX = 'inbox';

/** The files of a message could not be written for the agent; `cause` is the reason. The message is for the caller. */
export class FilesNotSavedError extends MoleculeError {
  static override readonly brand: string = '@molecule/runtime.FilesNotSavedError';
  readonly code = 'FILES_NOT_SAVED' satisfies ErrorCode;
}

/** A file whose bytes are in the store. */
interface IncomingFile {
  readonly part: FilePart;
  readonly digest: string;
}

/** Where the files of a message are saved. */
interface Place extends Pick<MessageTurn, 'taskId' | 'messageId' | 'workDir'> {
  /** True if a file that is there stays as the agent has left it. */
  readonly keeps: boolean;
}

/**
 * The same engine. Before each turn, the stored files of the message are copied to the working directory, and the turn's parts get
 * their paths; so are those of an answer that the turn asks for. A part's `data` reads the file when it is accessed, so a turn that runs keeps
 * no bytes in memory.
 */
export function withIncomingFiles(engine: AgentEngine, blobs: Blobs): AgentEngine {
  const asking = decorateEngine(engine, (turn, controls) =>
    engine.runTurn(turn, { ...controls, ask: askForFiles(controls.ask, turn, blobs) }),
  );
  return prepareTurns(asking, (turn) => withPaths(turn, blobs));
}

function askForFiles(ask: TurnControls['ask'], turn: Turn, blobs: Blobs): TurnControls['ask'] {
  return (request) => {
    const answered = ask(request).then((answer) => answerWithPaths(answer, turn, blobs));
    // Code that does not await a question when its turn is put away has not failed.
    answered.catch(() => {});
    return answered;
  };
}

async function answerWithPaths(answer: AskAnswer, { taskId, workDir }: Turn, blobs: Blobs): Promise<AskAnswer> {
  const { files, messageId } = answer;
  if (!files) return answer;
  const saved = await savedParts(files, { taskId, workDir, messageId, keeps: true }, blobs);
  return { ...answer, files: saved as readonly FilePart[] };
}

async function withPaths(turn: Turn, blobs: Blobs): Promise<Turn> {
  if (turn.kind === 'continue') return { ...turn, original: await saved(turn.original, blobs, true) };
  return saved(turn, blobs, false);
}

/** @param keeps true if the turn was put away before, after which its attempts are counted from one again */
async function saved<Asked extends MessageTurn | AnswerTurn>(
  turn: Asked,
  blobs: Blobs,
  keeps: boolean,
): Promise<Asked> {
  const [first] = turn.kind === 'answer' ? (turn.answers ?? []) : [];
  const place = { taskId: turn.taskId, workDir: turn.workDir, keeps: keeps || turn.attempt > 1 };
  const parts = await savedParts(turn.parts, { ...place, messageId: first?.messageId ?? turn.messageId }, blobs);
  if (turn.kind !== 'answer' || !turn.answers) return parts === turn.parts ? turn : { ...turn, parts };
  const answers: InputAnswer[] = [];
  for (const answer of turn.answers) {
    const isOwn = answer.parts === turn.parts;
    const own = isOwn ? parts : await savedParts(answer.parts, { ...place, messageId: answer.messageId }, blobs);
    answers.push({ ...answer, parts: own });
  }
  return { ...turn, parts, answers };
}

/** @param parts of the message of the place */
async function savedParts(parts: readonly Part[], place: Place, blobs: Blobs): Promise<readonly Part[]> {
  const files = parts.flatMap((part) => incomingFile(part) ?? []);
  if (files.length === 0) return parts;
  const inbox = join(place.workDir, INBOX);
  const directory = join(inbox, directoryNameOf(place));
  const names = safeFileNames(files.map(({ part }) => part));
  const paths = new Map(files.map(({ part }, index) => [part as Part, join(directory, names[index] ?? '')]));
  const sources = new Map<Part, string>();
  try {
    await makeDirectory(inbox);
    await makeDirectory(directory);
    for (const { part, digest } of files) {
      const source = await blobs.localPath(digest);
      sources.set(part, source);
      await save(source, paths.get(part) ?? '', place.keeps);
    }
  } catch (error) {
    throw new FilesNotSavedError(
      'The files of the message could not be saved for the agent. The operator finds the reason in the log, under the task id.',
      { cause: error },
    );
  }
  return parts.map((part) => withContent(part, sources.get(part), paths.get(part)));
}

/** Where the files of a message are, in the working directory of its turns. */
export function inboxOf(workDir: string, message: Pick<MessageTurn, 'taskId' | 'messageId'>): string {
  return join(workDir, INBOX, directoryNameOf(message));
}

/** Includes the task id, which the server assigns, because two callers may choose the same message id. */
function directoryNameOf({ taskId, messageId }: Pick<MessageTurn, 'taskId' | 'messageId'>): string {
  return createHash('sha256').update(`${taskId}\0${messageId}`).digest('hex').slice(0, 16);
}

/** The agent may write to the working directory, so a link there must not redirect the runtime. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await lstat(path)).isDirectory()) return;
    throw new Error(
      `${path} must be a directory and not a symbolic link. Remove what is there, and send the message again.`,
      { cause: error },
    );
  }
}

/**
 * Copies to a temporary file and renames it, so that the file is complete or absent, and a link of that name is replaced. Some file
 * systems share the bytes of the two files until one of them is changed.
 */
async function save(source: string, path: string, keeps: boolean): Promise<void> {
  if (keeps && (await isFile(path))) return;
  const partial = join(path, '..', `.${crypto.randomUUID()}`);
  try {
    await copyFile(source, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(partial, 0o600);
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

function incomingFile(part: Part): IncomingFile | undefined {
  const file = part.kind === 'file' ? storedFileAt(part.url) : undefined;
  return file && { part: part as FilePart, digest: file.digest };
}

/** The part as the engine gets it: with bytes instead of the reference. */
function withContent(part: Part, source: string | undefined, path: string | undefined): Part {
  if (part.kind !== 'file' || source === undefined || path === undefined) return part;
  const { url: _reference, ...rest } = part;
  return Object.defineProperty({ ...rest, path }, 'data', {
    enumerable: true,
    configurable: true,
    get: () => readFileSync(source).toString('base64'),
  });
}
