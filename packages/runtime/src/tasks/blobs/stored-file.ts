/** A file whose bytes are in the store, as the log and a turn's input name it. */
export interface StoredFile {
  /** SHA-256 of the bytes, in hex. */
  readonly digest: string;
  readonly bytes: number;
}

/** The scheme of the URL that stands for a stored file. No caller and no engine may use it. */
export const STORED_FILE_SCHEME = 'molecule-file:';

const REFERENCE = /^molecule-file:([0-9a-f]{64}):(\d{1,15})$/;

/** The URL that stands for a stored file in the log, in a turn's input and in a workflow's history. It never leaves the server. */
export function referenceTo({ digest, bytes }: StoredFile): string {
  return `${STORED_FILE_SCHEME}${digest}:${bytes}`;
}

/** The stored file that a URL stands for; undefined for any other URL. */
export function storedFileAt(url: string | undefined): StoredFile | undefined {
  const [, digest, bytes] = REFERENCE.exec(url ?? '') ?? [];
  return digest === undefined ? undefined : { digest, bytes: Number(bytes) };
}

/** True for the hexadecimal form of a SHA-256 digest. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
