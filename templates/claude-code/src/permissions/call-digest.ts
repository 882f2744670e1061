import { createHash } from 'node:crypto';
import type { ToolCall } from './policy.js';

/**
 * What a call does, as a hash: the same for the same tool and input, whatever the order of the input's keys. A call's own
 * id says nothing of that: the model's provider gives it, and some number the calls of each answer anew.
 */
export function callDigest({ name, input }: ToolCall): string {
  return createHash('sha256')
    .update(JSON.stringify([name, input], sortKeys))
    .digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
