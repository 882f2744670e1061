import { expect, it } from 'vitest';
import { jsonText, withoutLineEnds } from '../../../src/serving/http/answers/json-text.js';

it('a text of nothing but line ends is escaped, and means the same', () => {
  const text = '\u2028\u2029\u0085'.repeat(1_000);
  const json = jsonText({ text });
  expect(json).not.toMatch(/[\u0085\u2028\u2029]/);
  expect(JSON.parse(json)).toEqual({ text });
  expect(withoutLineEnds('{"a":"b"}')).toBe('{"a":"b"}');
});
