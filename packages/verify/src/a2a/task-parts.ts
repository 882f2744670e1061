/** The key of a status message's metadata under which a failed task carries its stable code. */
const ERROR_CODE_KEY = 'molecule.code';

/** The text of all text parts. */
export function joinText(parts: readonly { readonly text?: string | undefined }[]): string {
  return parts.map(({ text }) => text ?? '').join('');
}

/** The stable code that a failed task's message carries. */
export function codeOf(message: unknown): string | undefined {
  const { metadata } = (message ?? {}) as { readonly metadata?: Readonly<Record<string, unknown>> };
  const code = metadata?.[ERROR_CODE_KEY];
  return typeof code === 'string' ? code : undefined;
}
