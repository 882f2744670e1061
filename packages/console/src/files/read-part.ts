import type { Part } from '../api/a2a.js';
import { apiUrl, consoleUrl } from '../api/addresses.js';
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
  return (await request(new URL(url, consoleUrl))).blob();
}

/** True for a file of this agent, as the read API names it. */
function isOwn(url: string): boolean {
  return URL.canParse(url, consoleUrl) && new URL(url, consoleUrl).href.startsWith(FILES.href);
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The number of bytes of a base64 text. */
export function sizeOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

export async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const pieces: string[] = [];
  // Larger pieces have more arguments than a call may have.
  for (let from = 0; from < bytes.length; from += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(from, from + 0x8000)));
  }
  return btoa(pieces.join(''));
}
