import type { ByteRange } from '../../../tasks/blobs/blobs.js';

/**
 * The part of a file that a `Range` header asks for. Undefined: the whole file, also for a header with several ranges or of another
 * form, which a server may ignore (RFC 9110, section 14.2).
 */
export function rangeIn(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '')
    return to === '0' || size === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last: Math.min(size - 1, to === '' ? size - 1 : Number(to)) };
}
