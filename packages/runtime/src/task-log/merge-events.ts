import type { Part } from '@a2a-js/sdk';
import type { TaskEvent } from './task-event.js';

/** Two events that follow one another as one, when the second only adds text to what the first one wrote. */
export function mergeEvents(first: TaskEvent, second: TaskEvent): TaskEvent | undefined {
  if (first.$case !== 'artifactUpdate' || second.$case !== 'artifactUpdate') return undefined;
  const [one, other] = [first.value, second.value];
  if (!other.append || one.metadata !== undefined || other.metadata !== undefined) return undefined;
  if (one.artifact?.artifactId !== other.artifact?.artifactId) return undefined;
  const [before, after] = [textOf(one.artifact?.parts), textOf(other.artifact?.parts)];
  const part = one.artifact?.parts[0];
  if (!one.artifact || !part || before === undefined || after === undefined) return undefined;
  const parts = [{ ...part, content: { $case: 'text' as const, value: before + after } }];
  return {
    $case: 'artifactUpdate',
    value: { ...one, artifact: { ...one.artifact, parts }, lastChunk: other.lastChunk },
  };
}

/** True for an event whose only weight is text, which may wait in memory while the engine goes on. */
export function isLight(event: TaskEvent): boolean {
  return event.$case === 'statusUpdate' || textOf(event.value.artifact?.parts) !== undefined;
}

/** Characters that an event keeps in memory, roughly. */
export function weightOf(event: TaskEvent): number {
  return event.$case === 'artifactUpdate'
    ? (textOf(event.value.artifact?.parts)?.length ?? 0)
    : JSON.stringify(event.value.metadata ?? {}).length;
}

function textOf(parts: readonly Part[] | undefined): string | undefined {
  const [part, ...others] = parts ?? [];
  return others.length === 0 && part?.content?.$case === 'text' ? part.content.value : undefined;
}
