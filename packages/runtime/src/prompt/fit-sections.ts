import { cutText } from '@molecule/adapters';
import type { PromptSection } from './prompt-section.js';

/** The separator between two sections. */
export const SEPARATOR = '\n\n';
const MARK = '\n\n[shortened: the system prompt is limited in size]';

/** Sections within the limit, with notes on those that were shortened. */
export interface FittedSections {
  readonly sections: readonly PromptSection[];
  /** One sentence for each section that was shortened. */
  readonly notes: readonly string[];
}

/**
 * Shortens the longest sections until all sections together have at most `limit` characters. So one huge file does not
 * displace the skills and peers that follow it.
 */
export function fitSections(sections: readonly PromptSection[], limit: number): FittedSections {
  const fitted = [...sections];
  const notes: string[] = [];
  for (let round = 0; round < sections.length; round++) {
    const excess = totalOf(fitted) - limit;
    if (excess <= 0) break;
    const index = fitted.reduce((longest, { text }, at) => (text.length > lengthAt(fitted, longest) ? at : longest), 0);
    const section = fitted[index];
    if (section === undefined) break;
    const kept = Math.max(0, section.text.length - excess - MARK.length);
    fitted[index] = { ...section, text: `${cutText(section.text, kept)}${MARK}` };
    notes.push(
      `${section.source} was shortened from ${section.text.length} to ${kept} characters: a system prompt may have ${limit} in all`,
    );
  }
  return { sections: fitted, notes };
}

function totalOf(sections: readonly PromptSection[]): number {
  return sections.reduce((sum, { text }) => sum + text.length + SEPARATOR.length, -SEPARATOR.length);
}

function lengthAt(sections: readonly PromptSection[], index: number): number {
  return sections[index]?.text.length ?? 0;
}
