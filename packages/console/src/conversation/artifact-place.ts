/** What an artifact is, and in which turn it was made. */
export interface ArtifactPlace {
  /** `answer`, `file`, `data` or `artifact`; empty: its id says nothing. */
  readonly kind: string;
  /** From 1; undefined: its id does not say. */
  readonly turn: number | undefined;
}

/** `answer-2`, `file-2-1` and `artifact-2-name` are of the second turn. */
export function artifactPlace(artifactId: string): ArtifactPlace {
  const [, kind = '', number] = /^(answer|file|data|artifact)-(\d{1,9})(?:-|$)/.exec(artifactId) ?? [];
  return { kind, turn: number === undefined ? undefined : Number(number) };
}

/** Metadata key of the line of a turn that sleeps: it goes on as the next turn, whose words are an artifact of their own. */
export const WAKES_AT_KEY = 'molecule.wakesAt';
