import type { Part } from '../../../api/a2a.js';

/** The text of a message's or artifact's parts. */
export function textOf(parts: readonly Part[] | undefined): string {
  return parts?.map(({ text }) => text ?? '').join('') ?? '';
}
