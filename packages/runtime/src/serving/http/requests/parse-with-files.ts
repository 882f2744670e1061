import { setImmediate as nextTick } from 'node:timers/promises';
import { isObject } from '../../../support/is-object.js';
import type { RequestFiles } from '../files/request-files.js';
import { endOfString } from './json-scan.js';

const QUOTE = 0x22;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** Shorter strings stay in the JSON. */
const LEAST_CHARACTERS = 16 * 1024;
/** Characters that are decoded at once; between two pieces other work continues. A multiple of 4, so that no group is split. */
const PIECE_CHARACTERS = 1024 * 1024;
/** The fields of messages that hold a file's bytes, of both protocol versions. */
const FIELD = /"(?:raw|bytes)"\s*:\s*$/;
/** Bytes before a string in which its field's name is searched. */
const FIELD_BYTES = 24;

/**
 * The JSON of a request, parsed. Files in it do not become part of the parsed value: their bytes go to `files`, and placeholders stand
 * in their places. So everything that holds the value handles short texts. What is not plain base64 stays, and is checked later.
 *
 * @throws {SyntaxError} if it is not JSON
 */
export async function parseWithFiles(json: Buffer, files: RequestFiles): Promise<unknown> {
  const taken: string[] = [];
  const short = await takeFiles(json, (file) => {
    const placeholder = files.add(file);
    taken.push(placeholder);
    return placeholder;
  });
  const value = parseJson(short);
  const placed = placesIn(value).filter((text) => typeof text === 'string' && taken.includes(text));
  if (placed.length === taken.length) return value;
  // A field of that name that is no part of the message, for example in its data, keeps its text.
  files.forget();
  return parseJson(json);
}

function parseJson(json: Buffer): unknown {
  return JSON.parse(json.toString('utf8', json.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0));
}

/** The texts in the places of a message's files, in both protocol versions. */
function placesIn(body: unknown): readonly unknown[] {
  const params = isObject(body) && isObject(body['params']) ? body['params'] : body;
  const message = isObject(params) ? params['message'] : undefined;
  const parts: unknown = isObject(message) ? message['parts'] : undefined;
  if (!Array.isArray(parts)) return [];
  return (parts as unknown[]).flatMap((part) => {
    if (!isObject(part)) return [];
    return isObject(part['file']) ? [part['raw'], part['file']['bytes']] : [part['raw']];
  });
}

/** The JSON with what `keep` returns in place of long base64 strings. */
async function takeFiles(json: Buffer, keep: (file: Buffer) => string): Promise<Buffer> {
  const kept: Buffer[] = [];
  let from = 0;
  for (let start = json.indexOf(QUOTE); start >= 0; ) {
    const end = endOfString(json, start);
    const file =
      end - start > LEAST_CHARACTERS && isField(json, start) ? await decoded(json.subarray(start + 1, end)) : undefined;
    if (file) {
      kept.push(json.subarray(from, start + 1), Buffer.from(keep(file)));
      from = end;
    }
    start = json.indexOf(QUOTE, end + 1);
  }
  return kept.length === 0 ? json : Buffer.concat([...kept, json.subarray(from)]);
}

function isField(json: Buffer, start: number): boolean {
  return FIELD.test(json.toString('latin1', Math.max(0, start - FIELD_BYTES), start));
}

/** The bytes of base64 in either alphabet, padded or not; undefined for any other text. */
async function decoded(base64: Buffer): Promise<Buffer | undefined> {
  const padding = base64.at(-1) !== 0x3d ? 0 : base64.at(-2) === 0x3d ? 2 : 1;
  const characters = base64.length - padding;
  if (characters % 4 === 1 || (padding > 0 && base64.length % 4 !== 0)) return undefined;
  const bytes = Buffer.allocUnsafeSlow(Math.floor((characters * 3) / 4));
  let filled = 0;
  for (let at = 0; at < base64.length; at += PIECE_CHARACTERS) {
    const piece = base64.subarray(at, at + PIECE_CHARACTERS);
    const wanted = Math.floor((Math.min(piece.length, characters - at) * 3) / 4);
    // Node leaves out characters that are not base64, so the length shows whether there are any.
    if (bytes.write(piece.toString('latin1'), filled, 'base64') !== wanted) return undefined;
    filled += wanted;
    await nextTick();
  }
  return filled === bytes.length ? bytes : undefined;
}
