/**
 * The wait that a `Retry-After` asks for, in milliseconds: the header is a number of seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @param now milliseconds since 1970
 * @returns undefined if there is no such header, or it cannot be read
 */
export function readRetryAfter(header: string | null | undefined, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
