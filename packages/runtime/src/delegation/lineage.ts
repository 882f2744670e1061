import type { JsonObject, JsonValue } from '@molecule/adapters';

/** Metadata keys of a delegated message: how many delegations led to it, and through which workspaces. */
const DEPTH_KEY = 'molecule.delegation.depth';
const PATH_KEY = 'molecule.delegation.path';

/** The same as the last line of a text, all of it. */
const LINE = /^\[molecule\.delegation (\d{1,3}): ([^\]]*)\]$/;
/** Characters of such a line at the most: ids of {@link MOST_DEPTH} workspaces, and some room. */
const MOST_CHARACTERS = 4096;

/** A chain of delegations longer than this is taken for a loop. */
const MOST_DEPTH = 5;

/** The delegations that led to a task. */
export interface Lineage {
  /** 0 for a task that nobody delegated. */
  readonly depth: number;
  /** Ids of the workspaces, the first one first. */
  readonly path: readonly string[];
}

/**
 * @param text of the task. The platform hands on nothing but the text, so that a task that came through it carries its
 * lineage there
 */
export function lineageOf(metadata: JsonObject, text = ''): Lineage {
  const inText = metadata[DEPTH_KEY] === undefined ? LINE.exec(lastLine(text)) : null;
  if (inText) {
    const [, handedOn = '', path = ''] = inText;
    return { depth: Number(handedOn), path: path.split(' ').filter((id) => id !== '') };
  }
  const depth = metadata[DEPTH_KEY];
  const path = metadata[PATH_KEY];
  return {
    depth: typeof depth === 'number' && Number.isInteger(depth) && depth > 0 ? depth : 0,
    path: Array.isArray(path) ? path.filter((id: JsonValue): id is string => typeof id === 'string') : [],
  };
}

/** What the delegated message carries on. */
export function childMetadata({ depth, path }: Lineage, ownId: string): JsonObject {
  return { [DEPTH_KEY]: depth + 1, [PATH_KEY]: [...path, ownId] };
}

/** The task's text with what its metadata say of its lineage in a last line, for a way that carries only text. */
export function withLineage(text: string, metadata: JsonObject): string {
  const { depth, path } = lineageOf(metadata);
  return `${text}\n\n[molecule.delegation ${depth}: ${path.join(' ')}]`;
}

/** Why a task may not be handed on; `undefined` when it may. */
export function refusalOf({ depth, path }: Lineage, ownId: string, peerId: string): string | undefined {
  if (depth >= MOST_DEPTH) {
    return `This task was already handed on ${depth} times, and may not be handed on again. Do it yourself, or say that you cannot.`;
  }
  if (peerId === ownId) return 'That is this workspace itself. Do the task yourself.';
  if (path.includes(peerId)) {
    return `The task came from ${peerId}: handing it back would go round in a circle. Do it yourself, or say that you cannot.`;
  }
  return undefined;
}

/** A text comes from outside and may have any length: only its end is looked at. */
function lastLine(text: string): string {
  const end = text.slice(-MOST_CHARACTERS).trimEnd();
  return end.slice(end.lastIndexOf('\n') + 1);
}
