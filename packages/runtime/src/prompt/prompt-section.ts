/** One part of a system prompt. */
export interface PromptSection {
  /** The section's name in messages to the operator; not part of the prompt. */
  readonly source: string;
  /** Markdown, including the heading. */
  readonly text: string;
}

/** A section under a heading; `undefined` if the body is empty. */
export function headedSection(source: string, heading: string, body: string): PromptSection | undefined {
  const text = body.trim();
  return text === '' ? undefined : { source, text: `## ${heading}\n\n${text}` };
}
