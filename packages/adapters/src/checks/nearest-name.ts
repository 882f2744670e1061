import { distance } from 'fastest-levenshtein';

/**
 * The known name that is most similar to `name`; `undefined` if more than a third of the letters differ (two letters may always differ).
 * Case, dashes and underscores do not count, so `promptFiles` equals `prompt_files`.
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
