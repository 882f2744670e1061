import { expect, it } from 'vitest';
import { readRetryAfter } from '../../../src/support/network/retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

it.each([
  ['2', 2_000],
  [' 0 ', 0],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('%j asks for a wait of %j ms', (header, wait) => {
  expect(readRetryAfter(header, NOW)).toBe(wait);
});
