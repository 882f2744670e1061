import type { JsonObject, JsonValue } from '@molecule/adapters';
import type { TaskLog } from '../../tasks/log/task-log.js';

/** Metadata keys of a delegated message: the number of delegations that led to it, and the workspaces of the chain. */
const DEPTH_KEY = 'molecule.delegation.depth';
const PATH_KEY = 'molecule.delegation.path';

/**
 * The same data as the whole last line of a text: as a definition of Markdown, which is not shown where texts are rendered, or in the form of
 * version 0.1.
 */
const LINE = /^\[molecule\.delegation(?:\]: #(\d{1,3}):(\S*)| (\d{1,3}): ([^\]]*)\])$/;
/** The longest such line in characters: the ids of {@link MOST_DEPTH} workspaces, with room to spare. */
const MOST_CHARACTERS = 4096;

/** The longest chain of delegations; a longer one counts as a loop. */
const MOST_DEPTH = 5;

/** The delegations that led to a task. */
export interface Lineage {
  /** 0 for a task that was not delegated. */
  readonly depth: number;
  /** The ids of the workspaces, beginning with the first. */
  readonly path: readonly string[];
}

/** The lineage of a task that the log holds. */
export async function lineageOfTask(log: TaskLog, taskId: string): Promise<Lineage> {
  const input = await log.read.input(taskId);
  return lineageOf(input?.metadata ?? {}, input?.userInput);
}

/**
 * The lineage of a message.
 *
 * @param text the task's text. The platform passes on only the text, so a task that came through it has its lineage there
 */
export function lineageOf(metadata: JsonObject, text = ''): Lineage {
  const inText = metadata[DEPTH_KEY] === undefined ? LINE.exec(lastLine(text)) : null;
  if (inText) {
    const [, depth, path, oldDepth, oldPath = ''] = inText;
    const ids = (path ?? oldPath).split(/[ ,]/).filter((id) => id !== '');
    return { depth: Number(depth ?? oldDepth), path: ids };
  }
  const depth = metadata[DEPTH_KEY];
  const path = metadata[PATH_KEY];
  return {
    depth: typeof depth === 'number' && Number.isInteger(depth) && depth > 0 ? depth : 0,
    path: Array.isArray(path) ? path.filter((id: JsonValue): id is string => typeof id === 'string') : [],
  };
}

/** The lineage of a delegated message, as metadata. */
export function childMetadata({ depth, path }: Lineage, ownId: string): JsonObject {
  return { [DEPTH_KEY]: depth + 1, [PATH_KEY]: [...path, ownId] };
}

/** The task's text with the lineage of its metadata as the last line, for connections that carry only text. */
export function withLineage(text: string, metadata: JsonObject): string {
  const { depth, path } = lineageOf(metadata);
  return `${text}\n\n[molecule.delegation]: #${depth}:${path.join(',')}`;
}

/** Why a task may not be delegated; `undefined` if it may. */
export function refusalOf({ depth, path }: Lineage, ownId: string, peerId: string): string | undefined {
  if (depth >= MOST_DEPTH) {
    return `This task was already delegated ${depth} times and may not be delegated again. Do it yourself, or say that you cannot.`;
  }
  if (peerId === ownId) return 'That is this workspace itself. Do the task yourself.';
  if (path.includes(peerId)) {
    return `The task came from ${peerId}, so delegating it there would be a cycle. Do it yourself, or say that you cannot.`;
  }
  return undefined;
}

/** The text is external and may have any length, so only its end is searched. */
function lastLine(text: string): string {
  const end = text.slice(-MOST_CHARACTERS).trimEnd();
  return end.slice(end.lastIndexOf('\n') + 1);
}
