import type { FilePart, MessageTurn, TurnEvent } from '@molecule/adapters';
import { type ScriptedModel, startScriptedModel } from '@molecule/adapters/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { messageTurn, only, run, script } from './support/turns.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (mediaType: string, data: string): FilePart => ({ kind: 'file', name: 'a', mediaType, data });
const text = (words: string) => ({ kind: 'text', text: words }) as const;

const bench = useBench();
let strict: ScriptedModel;
beforeAll(async () => {
  strict = await startScriptedModel({ strict: true, contextLength: 20_000 });
});
beforeEach(() => strict.reset());
afterAll(() => strict.stop());

describe.each(['openai', 'anthropic'])('a conversation with a strict model (%s) continues', (provider) => {
  const engineOf = () =>
    bench.makeEngine({
      model: `${provider}:scripted`,
      config: { image_input: true },
      environment: { OPENAI_BASE_URL: `${strict.url}/v1`, ANTHROPIC_BASE_URL: strict.url },
    });
  const messages = () => {
    const { messages: sent } = (strict.requests.at(-1)?.body ?? { messages: [] }) as { messages: { role: string }[] };
    return sent;
  };
  const refusals = () => strict.requests.flatMap(({ refused }) => refused ?? []);

  it.each<[string, MessageTurn['parts']]>([
    ['a picture', [text('look'), file('image/png', PNG)]],
    ['an invalid picture', [text('look'), file('image/png', base64('<html>'))]],
    ['an empty picture', [text('look'), file('image/png', '')]],
    ['a heic picture', [text('look'), file('image/heic', base64('none'))]],
    ['an svg picture', [text('look'), file('image/svg+xml', base64('<svg xmlns="http://www.w3.org/2000/svg"/>'))]],
    ['a picture under another name of its type', [text('look'), file('image/jpg', PNG)]],
    ['a picture without text', [file('IMAGE/PNG', PNG)]],
    ['an empty text', [text('')]],
    ['a blank text', [text(' \n ')]],
    ['an empty text and data', [text(''), { kind: 'data', data: { a: 1 } }]],
    ['half a character', [text('half \ud83d')]],
    ['a text file that is cut inside a character', [file('text/plain', base64(`${'x'.repeat(19_999)}😀😀`))]],
  ])('after %s', async (name, parts) => {
    const engine = engineOf();
    const words = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
    await run(engine, messageTurn(name, words, { parts }));
    const events = await run(engine, messageTurn(name, 'and how are you?'));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'echo: and how are you?' });
    expect(refusals()).toEqual([]);
  });

  it.each([400, 403, 413, 422])('after status %i, without the refused message', async (status) => {
    const engine = engineOf();
    const refusal = { status, errorText: 'Your input was flagged for "violence" by moderation' };
    await expect(run(engine, messageTurn(`status ${status}`, `bad words ${script(refusal)}`))).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await run(engine, messageTurn(`status ${status}`, 'and how are you?'));
    expect(JSON.stringify(messages())).not.toContain('bad words');
  });

  it("after a caller's history with empty messages", async () => {
    const history = [
      ['human', ''],
      ['ai', ''],
      ['human', 'hello'],
    ] as const;
    const events = await run(engineOf(), messageTurn('history', 'and now?', { history }));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'echo: and now?' });
  });

  it('after a message that is refused for an unknown reason: the message is removed', async () => {
    const engine = engineOf();
    await run(engine, messageTurn('refused', 'remember the heron'));
    const bad = messageTurn('refused', script({ status: 400, errorText: 'I do not like it' }));
    await expect(run(engine, bad)).rejects.toMatchObject({ code: 'invalid-request', retryable: false });
    await run(engine, messageTurn('refused', 'and now?'));
    const sent = JSON.stringify(messages());
    expect(sent).toContain('heron');
    expect(sent).not.toContain('I do not like it');
    expect(await engine.transcript({ contextId: 'refused', since: 0, limit: 10 })).toMatchObject({
      entries: [{ text: 'remember the heron' }, { role: 'assistant' }, { text: 'and now?' }, { role: 'assistant' }],
    });
  });

  it('after a refusal in the middle of a turn', async () => {
    const engine = engineOf();
    const steps = [{ tool: 'calculate', input: { expression: '6*7' } }, { status: 400 }];
    const bad = run(engine, messageTurn('middle', script(...steps)));
    await expect(bad).rejects.toMatchObject({ code: 'invalid-request' });
    const events = await run(engine, messageTurn('middle', 'and now?'));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'echo: and now?' });
    expect(messages().filter(({ role }) => role !== 'system')).toHaveLength(1);
  });

  it('when it no longer fits the model: the oldest messages are left out, and the caller receives a retry event', async () => {
    const engine = engineOf();
    for (const number of [1, 2, 3, 4])
      await run(engine, messageTurn('long', `message ${number} ${'word '.repeat(3500)}`));
    const events = await run(engine, messageTurn('long', `message 5 ${'word '.repeat(3500)}`));
    expect(told(events)).toContainEqual({ type: 'retry', reason: 'context-overflow' });
    expect(events.at(-1)).toMatchObject({ type: 'finish' });
    expect(JSON.stringify(messages())).toContain('left out');
    expect(JSON.stringify(messages())).not.toContain('message 1 ');
    expect(refusals().length).toBeGreaterThan(0);

    // Messages that were left out are not sent again, so the provider does not refuse the next message first.
    strict.reset();
    const next = await run(engine, messageTurn('long', 'and now?'));
    expect(next.at(-1)).toEqual({ type: 'finish', text: 'echo: and now?' });
    expect(refusals()).toEqual([]);
    expect((await engine.transcript({ contextId: 'long', since: 0, limit: 1 })).entries[0]?.text).toContain(
      'message 1 ',
    );
  });

  it('after one message that is too long by itself', async () => {
    const engine = engineOf();
    const long = run(engine, messageTurn('alone', 'word '.repeat(20_000)));
    await expect(long).rejects.toMatchObject({ code: 'context-overflow', retryable: false });
    const events = await run(engine, messageTurn('alone', 'and now?'));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'echo: and now?' });
  });
});

function told(events: readonly TurnEvent[]) {
  return only(events, 'retry');
}
