import { extname } from 'node:path';
import { extensionOf } from './media-types.js';

/** Bytes of UTF-8. File systems take 255, some that encrypt 143; there must be room for a number in front. */
const MOST_BYTES = 120;
/** Bytes of an extension that is kept when a name is cut; a longer one is no extension. */
const MOST_EXTENSION_BYTES = 16;

/** Letters, marks, digits, dots, dashes and underscores: nothing that a shell, a file system or a terminal reads as more. */
const UNSAFE = /[^\p{L}\p{M}\p{N}._-]+/gu;
/** Names that mean devices to Windows, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** What is known of a file that needs a name. */
interface NamedFile {
  readonly name?: string;
  readonly mediaType?: string;
}

/**
 * Names under which the files of one message can lie in one directory, in their order: made from what the sender called
 * them, without folders, none hidden, none read as an option by a command, none twice in any case of letters. The same
 * files get the same names each time.
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
