import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { metadataOf, metadataText, payloadFromBytes, payloadToBytes } from './payload-proto.js';

/** The name of this format in Temporal's Go SDK, so that its tools can read it. */
const ENCODING = 'binary/zlib';
const deflateBytes = promisify(deflate);
const inflateBytes = promisify(inflate);

/** Compresses payloads above a size, if that makes them smaller. */
export class CompressionCodec implements PayloadCodec {
  readonly #aboveBytes: number;

  constructor(aboveBytes: number) {
    this.#aboveBytes = aboveBytes;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.#compress(payload)));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map(decompress));
  }

  async #compress(payload: Payload): Promise<Payload> {
    if ((payload.data?.length ?? 0) <= this.#aboveBytes) return payload;
    const data = await deflateBytes(payloadToBytes(payload));
    if (data.length >= (payload.data?.length ?? 0)) return payload;
    return { metadata: metadataOf({ encoding: ENCODING }), data };
  }
}

async function decompress(payload: Payload): Promise<Payload> {
  if (metadataText(payload, 'encoding') !== ENCODING) return payload;
  return payloadFromBytes(await inflateBytes(payload.data ?? new Uint8Array()));
}
