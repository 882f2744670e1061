/**
 * The text of a message: all its text parts, joined by a line feed; empty parts do not count. Takes the contract's
 * parts, and also what older protocols and SDKs put on the wire: `{kind: 'text', text}`, `{type: 'text', text}`, a bare
 * `{text}`, and each of them wrapped as `{root: ...}`. Whatever else is in the list is passed over; it never throws.
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
