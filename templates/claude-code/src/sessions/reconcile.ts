import type { TranscriptLine } from './transcript-entry.js';

/** Which of the two copies of a conversation is the whole one, and which has to be written again. */
export interface Reconciled {
  readonly entries: readonly TranscriptLine[];
  readonly rewrite: 'local' | 'kept' | 'none';
}

/**
 * Compares Claude Code's copy with the kept one. A killed runtime leaves the kept copy behind, since Claude Code
 * writes its own first; a turn on another machine leaves the local copy behind. When each has something that the
 * other lacks, the kept one wins: others have built on it.
 */
export function reconcile(local: readonly TranscriptLine[], kept: readonly TranscriptLine[]): Reconciled {
  const localIds = idsOf(local);
  const keptIds = idsOf(kept);
  const localIsWhole = isSubset(keptIds, localIds);
  if (localIsWhole && local.length > 0) {
    const same = localIds.size === keptIds.size && local.length === kept.length;
    return { entries: local, rewrite: same ? 'none' : 'kept' };
  }
  return { entries: kept, rewrite: kept.length === 0 ? 'none' : 'local' };
}

function idsOf(entries: readonly TranscriptLine[]): ReadonlySet<string> {
  return new Set(entries.flatMap((entry) => (entry.uuid === undefined ? [] : [entry.uuid])));
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((id) => whole.has(id));
}
