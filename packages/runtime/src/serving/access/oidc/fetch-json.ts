import { isObject } from '../../../support/is-object.js';
import { IssuerError } from './issuer-error.js';

const TIMEOUT_MS = 5_000;
/** More than any issuer answers. */
const MOST_BYTES = 1024 * 1024;

/** A JSON object from an issuer. A redirect is an error: it could lead anywhere. */
export async function fetchJson(address: string): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(address, { redirect: 'error', headers: { accept: 'application/json' }, signal });
  if (response.status !== 200) throw new IssuerError(`${address} answered with status ${response.status}`);
  const value: unknown = JSON.parse(await boundedText(response, address));
  if (!isObject(value)) throw new IssuerError(`${address} answered with JSON that is no object`);
  return value;
}

async function boundedText(response: Response, address: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) throw new IssuerError(`${address} answered with more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
