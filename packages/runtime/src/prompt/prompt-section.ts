/** One part of a system prompt. */
export interface PromptSection {
  /** What it is, for messages to the operator; it is not part of the prompt. */
  readonly source: string;
  /** Markdown, its heading included. */
  readonly text: string;
}

/** A section under a heading; `undefined` when there is nothing to say. */
export function headedSection(source: string, heading: string, body: string): PromptSection | undefined {
  const text = body.trim();
  return text === '' ? undefined : { source, text: `## ${heading}\n\n${text}` };
}
