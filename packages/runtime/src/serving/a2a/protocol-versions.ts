const PATCH = /^(\d{1,4}\.\d{1,4})\.\d{1,9}(?:[-+][\w.+-]{1,64})?$/;

/** The versions of the protocol that are served. */
export const PROTOCOL_VERSIONS: readonly string[] = ['1.0', '0.3'];

/** A version as a request names it, without its patch number, which does not count (A2A 1.0, section 3.6). */
export function withoutPatch(version: string): string {
  return PATCH.exec(version)?.[1] ?? version;
}
