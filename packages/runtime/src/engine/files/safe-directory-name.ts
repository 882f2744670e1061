import { createHash } from 'node:crypto';

/** Names that every file system takes as they are, and that differ in more than case. */
const PLAIN = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Names of devices on Windows. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
const DIGEST_CHARACTERS = 24;

/**
 * The name of a directory for any name: the name itself if every file system can have it, else its plain characters and a digest. Two
 * names never get the same directory, also on a file system that ignores case: a plain name contains no dot.
 */
export function safeDirectoryName(name: string): string {
  if (PLAIN.test(name) && !DEVICE.test(name)) return name;
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 32);
  return `${readable || 'name'}.${digestName(name)}`;
}

/** A name for a directory that shows nothing of the text. */
export function digestName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
}
