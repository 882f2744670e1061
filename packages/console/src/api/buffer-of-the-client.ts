import { base64OfBytes, bytesOf } from './base64.js';

/** The official client turns files into base64 and back with Node's `Buffer`. This is the part of it that the client uses. */
const Stand = {
  from(value: string | ArrayLike<number>): Uint8Array {
    const bytes = typeof value === 'string' ? bytesOf(value) : Uint8Array.from(value);
    return Object.assign(bytes, { toString: () => base64OfBytes(bytes) });
  },
  isBuffer: () => false,
};

/** Lets the official client send and read files in a browser. */
export function provideBuffer(): void {
  const global = globalThis as { Buffer?: unknown };
  global.Buffer ??= Stand;
}
