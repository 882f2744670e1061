/** Media types of pictures that both providers accept. */
const SHOWN_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** True if both providers accept pictures of `mediaType`. */
export function isPictureType(mediaType: string): boolean {
  return SHOWN_TYPES.includes(mediaType);
}

/** The media type of a picture, from its first bytes; `undefined` if the providers do not accept it. */
export function pictureTypeOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(start)) return 'image/gif';
  return start.startsWith('RIFF') && start.slice(8) === 'WEBP' ? 'image/webp' : undefined;
}
