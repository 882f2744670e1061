import { isAbsolute } from 'node:path';

/** True for a path, relative (`.`, `..`, `./x`, `../x`) or absolute. */
export function isPath(specifier: string): boolean {
  return /^\.{1,2}([/\\]|$)/.test(specifier) || isAbsolute(specifier);
}

/** True for a text with a scheme, such as `file:`. */
export function isUrl(specifier: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(specifier);
}
