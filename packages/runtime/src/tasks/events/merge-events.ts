import type { Part } from '@a2a-js/sdk';
import type { TaskEvent } from './task-event.js';

/** Merges two consecutive events, if the second one only adds text to the first. Undefined: they cannot be merged. */
export function mergeEvents(first: TaskEvent, second: TaskEvent): TaskEvent | undefined {
  if (first.$case !== 'artifactUpdate' || second.$case !== 'artifactUpdate') return undefined;
  const [one, other] = [first.value, second.value];
  if (!other.append || one.metadata !== undefined || other.metadata !== undefined) return undefined;
  if (one.artifact?.artifactId !== other.artifact?.artifactId) return undefined;
  const [before, after] = [textOf(one.artifact?.parts), textOf(other.artifact?.parts)];
  const [part, next] = [one.artifact?.parts[0], other.artifact?.parts[0]];
  if (!one.artifact || !part || !next || before === undefined || after === undefined) return undefined;
  if (part.mediaType !== next.mediaType || hasMore(part) || hasMore(next)) return undefined;
  const parts = [{ ...part, content: { $case: 'text' as const, value: before + after } }];
  return {
    $case: 'artifactUpdate',
    value: { ...one, artifact: { ...one.artifact, parts }, lastChunk: other.lastChunk },
  };
}

/** True for an event that holds text only. It may be kept in memory while the engine continues. */
export function isLight(event: TaskEvent): boolean {
  return event.$case === 'statusUpdate' || textOf(event.value.artifact?.parts) !== undefined;
}

/** Roughly how many characters an event keeps in memory. */
export function weightOf(event: TaskEvent): number {
  return event.$case === 'artifactUpdate'
    ? (textOf(event.value.artifact?.parts)?.length ?? 0)
    : JSON.stringify([event.value.metadata ?? {}, event.value.status?.message?.parts ?? []]).length;
}

/** True for a text that is a part of its own. */
function hasMore({ filename, metadata }: Part): boolean {
  return filename !== '' || Object.keys(metadata ?? {}).length > 0;
}

function textOf(parts: readonly Part[] | undefined): string | undefined {
  const [part, ...others] = parts ?? [];
  return others.length === 0 && part?.content?.$case === 'text' ? part.content.value : undefined;
}
