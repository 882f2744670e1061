/** The kinds of pictures that Anthropic's API takes. */
type PictureType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** Smaller files hold no picture of any of these kinds. */
const LEAST_BYTES = 20;
const HEAD_CHARACTERS = 64;

/** Which kind of picture the bytes are, in base64; undefined when they are none that the API takes. */
export function pictureType(base64: string): PictureType | undefined {
  const head = Buffer.from(base64.slice(0, HEAD_CHARACTERS), 'base64');
  if (head.length < LEAST_BYTES) return undefined;
  const text = head.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  return text.startsWith('RIFF') && text.startsWith('WEBP', 8) ? 'image/webp' : undefined;
}
