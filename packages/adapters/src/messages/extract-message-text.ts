/**
 * The text of a message: its text parts that are not empty, joined by line feeds. Reads the parts of the contract, and those of older
 * protocols and SDKs: `{kind: 'text', text}`, `{type: 'text', text}`, `{text}`, and each of them as `{root: ...}`. Other values are
 * ignored. Never throws.
 */
export function extractMessageText(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .map((part) => textOf(part) ?? textOf(record(part)['root']) ?? '')
    .filter((text) => text !== '')
    .join('\n');
}

function textOf(part: unknown): string | undefined {
  const { kind, type, text } = record(part);
  const isText = (kind ?? type ?? 'text') === 'text';
  return isText && typeof text === 'string' ? text : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
