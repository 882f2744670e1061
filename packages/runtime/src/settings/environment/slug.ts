import { createHash } from 'node:crypto';

/**
 * The name in lower-case letters, digits and dashes, for ids and file names. If nothing remains (a name in another
 * script), the slug is made from the name's hash.
 */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64);
  return plain === '' ? `workspace-${createHash('sha256').update(name).digest('hex').slice(0, 8)}` : plain;
}
