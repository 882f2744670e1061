import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** The text of one file of an npm tarball; `name` is without the top directory. */
export function fileFromTarball(tarball: Buffer, name: string): string {
  const text = entries(tarball).get(name);
  if (text === undefined) throw new Error(`the tarball has no ${name}`);
  return text.toString('utf8');
}

/** Reads the format as npm writes it: plain headers, and long names in the `prefix` field. */
function entries(tarball: Buffer): ReadonlyMap<string, Buffer> {
  const archive = gunzipSync(tarball);
  const found = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const field = (from: number, length: number) =>
      archive.toString('utf8', at + from, at + from + length).split('\0', 1)[0] ?? '';
    const size = Number.parseInt(field(124, 12), 8);
    const prefix = field(345, 155);
    const path = prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`;
    found.set(path.replace(/^[^/]*\//, ''), archive.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return found;
}
