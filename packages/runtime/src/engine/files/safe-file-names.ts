import { extname } from 'node:path';
import { extensionOf } from '../../support/files/media-types.js';

/** The limit in bytes of UTF-8. File systems allow 255, some encrypted ones 143, and a number may be added in front. */
const MOST_BYTES = 120;
/** The longest extension in bytes that is kept when a name is shortened. */
const MOST_EXTENSION_BYTES = 16;

/** Letters, marks, digits, dots, dashes and underscores, which have no special meaning in shells, file systems and terminals. */
const UNSAFE = /[^\p{L}\p{M}\p{N}._-]+/gu;
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The sender's description of a file. */
interface NamedFile {
  readonly name?: string;
  readonly mediaType?: string;
}

/**
 * Names for the files of one message in one directory, in their order. They are derived from the sender's names, without
 * folders. None is hidden, none looks like an option of a command, and none occurs twice when case is ignored. The same
 * files always get the same names.
 */
export function safeFileNames(files: readonly NamedFile[]): readonly string[] {
  const used = new Set<string>();
  return files.map(({ name = '', mediaType }, index) =>
    unused(safeName(name) ?? `file-${index + 1}${extensionOf(mediaType)}`, used),
  );
}

function safeName(name: string): string | undefined {
  const [base = ''] = name.normalize('NFC').replaceAll('\\', '/').split('/').slice(-1);
  const safe = base
    .replaceAll(UNSAFE, '_')
    .replace(/^[.-]+/, '')
    .replace(/(?<!\.)\.+$/, '');
  if (!/[\p{L}\p{N}]/u.test(safe)) return undefined;
  return cut(DEVICE.test(safe) ? `_${safe}` : safe);
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const found = extname(name);
  const extension = Buffer.byteLength(found) <= MOST_EXTENSION_BYTES ? found : '';
  let stem = '';
  let room = MOST_BYTES - Buffer.byteLength(extension);
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  return `${stem}${extension}`;
}

function unused(name: string, used: Set<string>): string {
  let free = name;
  for (let count = 2; used.has(free.toLowerCase()); count++) free = `${count}-${name}`;
  used.add(free.toLowerCase());
  return free;
}
