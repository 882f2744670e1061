const NO_BASE64 = /[^A-Za-z0-9+/_-]/;

/**
 * What is wrong with base64, in words that fit after the field's name; `undefined`: nothing. Both alphabets pass, with and without
 * padding, as the JSON mapping of protocol buffers has it, and line feeds, as some encoders write them.
 */
export function base64Problem(text: string): string | undefined {
  if (text.startsWith('data:')) {
    return 'must be base64 alone; it is a data URL: send what comes after "base64,", and the type as its media type';
  }
  const joined = text.includes('\n') || text.includes('\r') ? text.replaceAll('\r', '').replaceAll('\n', '') : text;
  const end = joined.search(NO_BASE64);
  const length = end < 0 ? joined.length : end;
  const padding = end < 0 ? '' : joined.slice(end, end + 3);
  if (padding !== '' && padding !== '=' && padding !== '==') {
    return `must be base64; it has ${JSON.stringify(joined.charAt(end))} at character ${end + 1}`;
  }
  const isWhole = padding === '' ? length % 4 !== 1 : (length + padding.length) % 4 === 0;
  return isWhole ? undefined : 'must be base64; its length is that of no base64: something is missing at its end';
}
