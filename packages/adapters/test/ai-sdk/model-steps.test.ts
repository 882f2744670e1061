import { expect, it } from 'vitest';
import { modelSteps } from '../../src/ai-sdk/index.js';
import type { StepEvent } from '../../src/index.js';
import { DurableSteps } from '../../src/steps/index.js';
import { TestJournal, TestStepStore } from '../../src/testing/steps/test-journal.js';

const USAGE = { inputTokens: { total: 5 }, outputTokens: { total: 7 } };
const FINISH = { type: 'finish', usage: USAGE, finishReason: { unified: 'stop', raw: 'stop' } };
const PARAMS = { prompt: [{ content: 'hello' }] };

/** Attempts of one turn. */
function attempts() {
  const store = new TestStepStore();
  return () => {
    const events: StepEvent[] = [];
    const { signal } = new AbortController();
    const told = (more: readonly StepEvent[]) => void events.push(...more);
    const steps = new DurableSteps(new TestJournal(store, 'turn', { signal, told }));
    return { events, steps };
  };
}

async function read(stream: ReadableStream<unknown>): Promise<unknown[]> {
  const parts: unknown[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

it('a recorded stream is given again without a call, with its bytes, dates and addresses', async () => {
  const attempt = attempts();
  const timestamp = new Date('2026-01-02T03:04:05.678Z');
  const parts = [
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', modelId: 'm', timestamp },
    { type: 'raw', rawValue: {} },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: 'Hello ' },
    { type: 'text-delta', id: '1', delta: 'there', providerMetadata: { p: { signature: 's' } } },
    { type: 'text-end', id: '1' },
    { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array([1, 2, 3]) } },
    { type: 'file', mediaType: 'image/png', data: { type: 'url', url: new URL('https://example.com/a.png') } },
    FINISH,
  ];
  let calls = 0;
  const doStream = async () => {
    calls++;
    return { stream: ReadableStream.from(parts), response: { headers: { 'set-cookie': 'secret' } } };
  };
  const first = attempt();
  const given = await modelSteps(first.steps).wrapStream({ doStream, params: PARAMS });
  const second = attempt();
  const again = await modelSteps(second.steps).wrapStream({ doStream, params: PARAMS });

  const whole = await read(given.stream);
  expect(whole).toEqual([
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', modelId: 'm', timestamp },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: 'Hello there', providerMetadata: { p: { signature: 's' } } },
    { type: 'text-end', id: '1' },
    { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQID' } },
    { type: 'file', mediaType: 'image/png', data: { type: 'url', url: new URL('https://example.com/a.png') } },
    FINISH,
  ]);
  expect(await read(again.stream)).toEqual(whole);
  expect(calls).toBe(1);
  expect(first.events).toEqual([
    { type: 'text-delta', text: 'Hello ' },
    { type: 'text-delta', text: 'there' },
    { type: 'file', file: { kind: 'file', mediaType: 'image/png', data: 'AQID' } },
    { type: 'file', file: { kind: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' } },
    { type: 'usage', inputTokens: 5, outputTokens: 7, model: 'm' },
  ]);
  // The words of a recorded step are said again, which the runtime compares with what it has sent.
  expect(second.events).toEqual([{ type: 'text-delta', text: 'Hello there' }]);
});

it('a recorded answer of generateText is given again without a call, and its text is not told', async () => {
  const attempt = attempts();
  const timestamp = new Date(0);
  let calls = 0;
  const doGenerate = async () => {
    calls++;
    const content = [{ type: 'text', text: 'Yes' }];
    const response = { id: 'r', modelId: 'm', timestamp, headers: { 'set-cookie': 'secret' }, body: {} };
    return { content, usage: USAGE, finishReason: FINISH.finishReason, response, request: { body: 'x' } };
  };
  const first = attempt();
  const given = await modelSteps(first.steps).wrapGenerate({ doGenerate, params: PARAMS });
  const again = await modelSteps(attempt().steps).wrapGenerate({ doGenerate, params: PARAMS });
  expect(given).toEqual({
    content: [{ type: 'text', text: 'Yes' }],
    usage: USAGE,
    finishReason: FINISH.finishReason,
    response: { modelId: 'm', timestamp },
  });
  expect(again).toEqual(given);
  expect(calls).toBe(1);
  expect(first.events).toEqual([{ type: 'usage', inputTokens: 5, outputTokens: 7, model: 'm' }]);
});

it('an answer that breaks off is not recorded, and is asked for again', async () => {
  const attempt = attempts();
  const broken = async () => ({ stream: ReadableStream.from([{ type: 'text-delta', id: '1', delta: 'Half' }]) });
  const whole = async () => ({
    stream: ReadableStream.from([{ type: 'text-delta', id: '1', delta: 'Whole' }, FINISH]),
  });
  const failed = modelSteps(attempt().steps).wrapStream({ doStream: broken, params: PARAMS });
  await expect(failed).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  const { stream } = await modelSteps(attempt().steps).wrapStream({ doStream: whole, params: PARAMS });
  expect(await read(stream)).toMatchObject([{ delta: 'Whole' }, { type: 'finish' }]);
});

it('calls whose ids the conversation has get ids of their own', async () => {
  const call = { type: 'tool-call', toolCallId: 'a', toolName: 'look', input: '{}' };
  const doStream = async () => ({ stream: ReadableStream.from([call, call, { ...call, toolCallId: '' }, FINISH]) });
  const params = { prompt: [{ content: [call] }] };
  const { stream } = await modelSteps(attempts()().steps).wrapStream({ doStream, params });
  const ids = (await read(stream)).flatMap((part) => (part as { toolCallId?: string }).toolCallId ?? []);
  expect(ids).toEqual(['a_1', 'a_2', 'call']);
});

it('calls of generateText whose ids the conversation has get ids of their own', async () => {
  const call = { type: 'tool-call', toolCallId: 'a', toolName: 'look', input: '{}' };
  const doGenerate = async () => ({ content: [call, call], usage: USAGE, finishReason: FINISH.finishReason });
  const params = { prompt: [{ content: [call] }] };
  const { content } = await modelSteps(attempts()().steps).wrapGenerate({ doGenerate, params });
  expect(content.map(({ toolCallId }) => toolCallId)).toEqual(['a_1', 'a_2']);
});

it.each([
  ['error', 'error', 'Half', 'unavailable'],
  ['error', 'overloaded', 'Half', 'overloaded'],
  ['stop', 'stop', ' ', 'empty-answer'],
])(
  'an answer of generateText that ends as %s (%s) with the text "%s" is not recorded',
  async (unified, raw, text, code) => {
    const attempt = attempts();
    const answer = (finishReason: typeof FINISH.finishReason, text: string) => ({
      doGenerate: async () => ({ content: [{ type: 'text', text }], usage: USAGE, finishReason }),
      params: PARAMS,
    });
    const failed = modelSteps(attempt().steps).wrapGenerate(answer({ unified, raw }, text));
    await expect(failed).rejects.toMatchObject({ code, retryable: true });
    const given = await modelSteps(attempt().steps).wrapGenerate(answer(FINISH.finishReason, 'Whole'));
    expect(given.content).toEqual([{ type: 'text', text: 'Whole' }]);
  },
);

it('an answer is a paragraph of its own, also if it begins with an empty piece', async () => {
  const { steps, events } = attempts()();
  const middleware = modelSteps(steps);
  const speak = (...deltas: readonly string[]) => {
    const call = { type: 'tool-call', toolCallId: 'a', toolName: 'look', input: '{}' };
    const parts = deltas.map((delta) => ({ type: 'text-delta', id: '1', delta }));
    return middleware.wrapStream({
      doStream: async () => ({ stream: ReadableStream.from([...parts, call, FINISH]) }),
      params: PARAMS,
    });
  };
  await speak('');
  await speak('', 'One.');
  await speak('', 'Two.');
  const said = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
  expect(said).toEqual(['One.', '\n\nTwo.']);
});
