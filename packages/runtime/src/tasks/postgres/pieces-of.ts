import type { BlobContent } from '../blobs/blobs.js';

/** The content in pieces of a size; the last one may be smaller. Empty content has no piece. */
export async function* piecesOf(content: BlobContent, size: number): AsyncGenerator<Buffer, void, undefined> {
  if (content instanceof Uint8Array) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    return;
  }
  let gathered: Uint8Array[] = [];
  let missing = size;
  for await (const given of content()) {
    let rest = given;
    while (rest.byteLength >= missing) {
      yield Buffer.concat([...gathered, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      [gathered, missing] = [[], size];
    }
    if (rest.byteLength === 0) continue;
    gathered.push(rest);
    missing -= rest.byteLength;
  }
  if (gathered.length > 0) yield Buffer.concat(gathered);
}
