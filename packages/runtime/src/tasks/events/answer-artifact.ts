import type { Artifact } from '@a2a-js/sdk';

/** The id of the artifact that holds the text of a turn's answer. */
export function answerId(turn: number): string {
  return `answer-${turn}`;
}

/** The text of an artifact's parts. */
export function textIn(artifact: Pick<Artifact, 'parts'> | undefined): string {
  return artifact?.parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join('') ?? '';
}
