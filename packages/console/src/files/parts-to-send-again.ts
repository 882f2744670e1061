import type { Part } from '../api/a2a.js';
import { base64Of, isReadable, readPart } from './read-part.js';

/** The parts of an earlier message, for a new one: the server gives the address of a file, and the new message needs its bytes. */
export function partsToSendAgain(parts: readonly Part[]): Promise<readonly Part[]> {
  return Promise.all(
    parts.map(async (part) => {
      if (part.url === undefined || !isReadable(part)) return part;
      const { url: _url, ...rest } = part;
      return { ...rest, raw: await base64Of(await readPart(part)) };
    }),
  );
}
