/** Picture types that the models of both providers accept, by the first bytes of the file. */
const SIGNATURES: Readonly<Record<string, (start: string) => boolean>> = {
  'image/png': (start) => start.startsWith('\x89PNG\r\n\x1a\n'),
  'image/jpeg': (start) => start.startsWith('\xff\xd8\xff'),
  'image/gif': (start) => start.startsWith('GIF87a') || start.startsWith('GIF89a'),
  'image/webp': (start) => start.startsWith('RIFF') && start.startsWith('WEBP', 8),
};

/** Characters of base64 that hold the first bytes. */
const HEAD = 32;

/**
 * The media type according to a picture's first bytes, which providers check; `undefined` if it is no picture that a model accepts
 * (another type, empty, or no picture).
 */
export function pictureType(base64: string): string | undefined {
  const start = Buffer.from(base64.slice(0, HEAD), 'base64').toString('latin1');
  return Object.entries(SIGNATURES).find(([, fits]) => fits(start))?.[0];
}
