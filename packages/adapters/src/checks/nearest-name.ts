import { distance } from 'fastest-levenshtein';

/**
 * The known name that somebody may have meant, or `undefined` when none is near: at most a third of the letters, and at
 * least two of them, may differ. Upper case, dashes and underscores do not count, so `promptFiles` is `prompt_files`.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(simplify(name), simplify(candidate)) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  if (best === undefined) return undefined;
  return best.edits <= Math.max(2, Math.floor(name.length / 3)) && best.edits < name.length
    ? best.candidate
    : undefined;
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
