import { fileURLToPath } from 'node:url';
import versions from '../../versions.json' with { type: 'json' };

/** The pinned versions of the clients. */
export const VERSIONS = versions;

/** The path of a program of this package. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../../programs/${name}`, import.meta.url));
}
