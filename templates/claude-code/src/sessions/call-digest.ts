import { createHash } from 'node:crypto';

/**
 * What a call does, as a hash: the same for the same tool and input, whatever the order of the input's keys. The id of
 * a call does not identify it, because some providers restart their numbering with each answer.
 */
export function callDigest({ name, input }: { readonly name: string; readonly input: unknown }): string {
  return createHash('sha256')
    .update(JSON.stringify([name, input], sortKeys))
    .digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
