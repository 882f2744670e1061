import { describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { messageTurn, run, script } from './support/turns.js';

const bench = useBench();

describe.each(['openai:scripted', 'anthropic:scripted'])('a failing model call on %s', (model) => {
  it.each([
    [{ status: 401 }, { code: 'auth', retryable: false }],
    [{ status: 403 }, { code: 'auth', retryable: false }],
    [
      { status: 429, retryAfter: 7 },
      { code: 'rate-limit', retryable: true, retryAfterMs: 7000 },
    ],
    [
      { status: 429, retryAfter: 120 },
      { code: 'rate-limit', retryable: true, retryAfterMs: 120_000 },
    ],
    [
      { status: 429, errorText: 'insufficient_quota' },
      { code: 'rate-limit', retryable: false },
    ],
    [{ status: 500 }, { code: 'unavailable', retryable: true }],
    [{ status: 503 }, { code: 'overloaded', retryable: true }],
    [{ status: 529 }, { code: 'overloaded', retryable: true }],
    [
      { status: 400, errorText: 'no such thing' },
      { code: 'invalid-request', retryable: false },
    ],
    [{ status: 404 }, { code: 'invalid-request', retryable: false }],
    [
      { text: 'one two three', cut: 2 },
      { code: 'unavailable', retryable: true },
    ],
    [
      { tool: 'calculate', input: { expression: '1' }, cut: 1 },
      { code: 'unavailable', retryable: true },
    ],
  ])('%o is %o', async (step, error) => {
    await expect(run(bench.makeEngine({ model }), messageTurn('context', script(step)))).rejects.toMatchObject(error);
    // The runtime retries, not the client.
    expect(bench.model.requests).toHaveLength(1);
  });

  it('is context-overflow when the conversation is too long', async () => {
    const words = model.startsWith('openai')
      ? "This model's maximum context length is 128000 tokens."
      : 'prompt is too long: 210000 tokens > 200000 maximum';
    const turn = messageTurn('context', script({ status: 400, errorText: words }));
    const error = { code: 'context-overflow', retryable: false };
    await expect(run(bench.makeEngine({ model }), turn)).rejects.toMatchObject(error);
  });

  it('is unavailable if no server listens', async () => {
    const environment = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' };
    const turn = run(bench.makeEngine({ model, environment }), messageTurn('context', 'hello'));
    await expect(turn).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('is unavailable if no answer starts in time', async () => {
    const engine = bench.makeEngine({ model, config: { request_timeout_seconds: 0.2 } });
    const turn = run(engine, messageTurn('context', script({ hang: true })));
    await expect(turn).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('contains no secrets', async () => {
    const key = 'sk-very-secret';
    const engine = bench.makeEngine({ model, environment: { OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key } });
    const turn = run(engine, messageTurn('context', script({ status: 401, errorText: `Incorrect API key: ${key}` })));
    await expect(turn).rejects.toThrow(/^(openai|anthropic) answered HTTP 401: it refuses the key/);
  });
});

describe('an agent that repeats its steps', () => {
  const calculate = { tool: 'calculate', input: { expression: '1' } };

  it('is stopped after the maximum number of model calls', async () => {
    const engine = bench.makeEngine({ config: { max_steps: 3 } });
    const circle = run(engine, messageTurn('context', script(calculate, calculate, calculate, calculate)));
    await expect(circle).rejects.toMatchObject({ code: 'too-many-steps', retryable: false });
    expect(bench.model.requests).toHaveLength(3);
  });

  it('may make exactly the maximum number of model calls', async () => {
    const engine = bench.makeEngine({ config: { max_steps: 3 } });
    const events = await run(engine, messageTurn('context', script(calculate, calculate, { text: 'Done.' })));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Done.' });
  });
});
