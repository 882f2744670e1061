import { createHash } from 'node:crypto';

/** What the scripted engine says; the programs of the kits know only the words that they send. */
export const CHUNKS = ['first ', 'second \u00e9\u{1f642} ', 'third\n', '  fourth'] as const;
export const SLOW_CHUNKS: readonly string[] = Array.from({ length: 24 }, (_, index) => `piece-${index} `);
export const QUESTION = 'Which colour?';
export const FAILURE = 'This cannot be done.';
/** The token of the server with tokens. */
export const TOKEN = 'clients-token-0123456789';
/** The file that each program sends: bytes that are no text, all 256 of them. */
const BYTES = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
export const FILE = {
  name: 'all bytes.bin',
  mediaType: 'image/png',
  sha: shaOf(BYTES),
  /** The digest of what some clients send instead: the text of the bytes in base64. */
  base64Sha: shaOf(BYTES.toString('base64')),
} as const;

function shaOf(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
