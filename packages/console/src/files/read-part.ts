import type { Part } from '../api/a2a.js';
import { apiUrl, consoleUrl } from '../api/addresses.js';
import { base64OfBytes, bytesOf } from '../api/base64.js';
import { request } from '../api/request.js';

const FILES = apiUrl('files/');

/** True for a part with a file that the page can read: its bytes, or an address of this agent. */
export function isReadable({ raw, url }: Part): boolean {
  return raw !== undefined || (url !== undefined && isOwn(url));
}

/**
 * The bytes of a file. Its type is dropped, so that no browser shows or runs it.
 *
 * @throws {ApiError} for example if the file was deleted
 */
export async function readPart({ raw, url = '' }: Part): Promise<Blob> {
  if (raw !== undefined) return new Blob([bytesOf(raw)]);
  return new Blob([await (await request(new URL(url, consoleUrl))).arrayBuffer()]);
}

/** True for a file of this agent, as the read API names it. */
function isOwn(url: string): boolean {
  return URL.canParse(url, consoleUrl) && new URL(url, consoleUrl).href.startsWith(FILES.href);
}

/** The number of bytes of a base64 text. */
export function sizeOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

export async function base64Of(blob: Blob): Promise<string> {
  return base64OfBytes(new Uint8Array(await blob.arrayBuffer()));
}
