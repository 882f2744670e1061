import { expect, it } from 'vitest';
import { type ProviderFailure, providerError } from '../../src/index.js';

it.each<[ProviderFailure, string, boolean]>([
  [{ status: 401, message: 'Incorrect API key' }, 'auth', false],
  [{ status: 402, message: 'Pay first' }, 'rate-limit', false],
  [{ status: 403, message: 'Your message was flagged' }, 'invalid-request', false],
  [{ status: 429, message: 'Slow down' }, 'rate-limit', true],
  [{ status: 429, details: '{"error":{"code":"insufficient_quota"}}' }, 'rate-limit', false],
  [
    { status: 429, message: 'You exceeded your current quota, please check your plan and billing details.' },
    'rate-limit',
    false,
  ],
  [
    { status: 429, message: 'Your account is not active', details: '{"code":"billing_not_active"}' },
    'rate-limit',
    false,
  ],
  [
    {
      status: 429,
      message:
        'Rate limit reached for gpt-4.1 on requests per min (RPM): Limit 3. Please try again in 20s. Visit https://platform.openai.com/account/billing to add a payment method.',
    },
    'rate-limit',
    true,
  ],
  [
    { status: 429, message: 'You exceeded your current quota, see billing details. Please retry in 10.5s.' },
    'rate-limit',
    true,
  ],
  [{ message: 'You exceeded your current quota', details: '{"retryDelay": "10s"}' }, 'rate-limit', true],
  [{ status: 429, message: 'You exceeded your current quota', headers: { 'retry-after': '10' } }, 'rate-limit', true],
  [{ status: 429, details: 'insufficient_quota', headers: { 'retry-after': '10' } }, 'rate-limit', false],
  [{ status: 408, message: 'Timed out' }, 'invalid-request', true],
  [{ status: 400, message: "This model's maximum context length is 8192 tokens" }, 'context-overflow', false],
  [{ status: 529 }, 'overloaded', true],
  [{ status: 500, message: 'Oops' }, 'unavailable', true],
  [{ message: 'Overloaded', details: '{"type":"overloaded_error"}' }, 'overloaded', true],
  [{ message: 'Upstream', details: '{"code":502,"message":"Upstream"}' }, 'unavailable', true],
  [{ message: 'bad sampling', details: '{"type":"BadRequestError","code":400}' }, 'invalid-request', false],
  [{ message: 'terminated' }, 'unavailable', true],
  [{}, 'unavailable', true],
])('%o is %s', (failure, code, retryable) => {
  expect(providerError(failure)).toMatchObject({ code, retryable });
});

it('waits as long as the provider asks', () => {
  const waits = (headers: Record<string, string>) => providerError({ status: 429, headers }).retryAfterMs;
  expect(waits({ 'retry-after': '7' })).toBe(7000);
  expect(waits({ 'retry-after': '7', 'retry-after-ms': '250' })).toBe(250);
  expect(waits({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })).toBeGreaterThan(50_000);
  expect(waits({ 'retry-after': 'soon' })).toBeUndefined();
  expect(waits({})).toBeUndefined();
});

it('shows the words of a refusal, cut, and of nothing else', () => {
  const refused = providerError({ status: 400, message: `${'x'.repeat(400)}\nsecond line`, details: 'secret' });
  expect(refused.message).toBe(`The model's provider refuses the request (400): ${'x'.repeat(300)}`);
  expect(providerError({ status: 500, message: 'secret' }).message).not.toContain('secret');
});
