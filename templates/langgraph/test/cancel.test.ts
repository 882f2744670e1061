import type { RuntimeTool, TurnEvent } from '@molecule/adapters';
import { testControls } from '@molecule/adapters/testing/kit';
import { describe, expect, it, vi } from 'vitest';
import { useBench } from './support/bench.js';
import { continueTurn, messageTurn, run, script } from './support/turns.js';

const bench = useBench();

/** A tool that ignores its signal. */
const deaf: RuntimeTool = {
  name: 'deaf',
  description: 'Never returns.',
  inputSchema: { type: 'object', properties: {} },
  execute: () => new Promise(() => {}),
};

const reason = { code: 'canceled', message: 'The person canceled.' };

describe('a canceled turn', () => {
  // Without the cancel, none of these turns would end.
  it.each([
    ['while the model speaks', script({ text: 'one two', chunkMs: 3_600_000 }), 'text-delta'],
    ['while the model is silent', script({ hang: true }), 'started'],
    ['while a tool is at work', script({ tool: 'deaf' }), 'tool-call'],
  ])('stops at once %s, and sends no more events', async (_when, text, type) => {
    const engine = bench.makeEngine({ tools: [deaf] });
    const cancel = new AbortController();
    const events: TurnEvent[] = [];
    const turn = (async () => {
      const controls = testControls({ signal: cancel.signal });
      for await (const event of engine.runTurn(messageTurn('context', text), controls)) {
        events.push(event);
        if (event.type !== type || cancel.signal.aborted) continue;
        // Not while an event is read, because a person can cancel at any time.
        setImmediate(() => cancel.abort(reason));
      }
    })();
    await expect(turn).rejects.toMatchObject({ code: 'canceled', message: 'The person canceled.', retryable: false });
    const told = events.length;
    await vi.waitFor(() => expect(bench.model.live).toBe(0));
    expect(events).toHaveLength(told);
    expect(events.at(-1)?.type).toBe(type);
  });

  it('sends no more of the text that had already arrived', async () => {
    const cancel = new AbortController();
    const events: TurnEvent[] = [];
    await expect(async () => {
      const controls = testControls({ signal: cancel.signal });
      const turn = messageTurn('context', script({ text: 'word '.repeat(500) }));
      for await (const event of bench.makeEngine().runTurn(turn, controls)) {
        events.push(event);
        if (event.type !== 'text-delta') continue;
        // Time for the rest of the answer to arrive.
        await vi.waitFor(() => expect(bench.model.live).toBe(0));
        cancel.abort(reason);
      }
    }).rejects.toMatchObject({ code: 'canceled' });
    expect(events.map((event) => event.type)).toEqual(['started', 'text-delta']);
  });

  it('sends no more of an answer that it only repeats', async () => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', 'hello');
    await run(engine, turn);
    const cancel = new AbortController();
    const events: TurnEvent[] = [];
    await expect(async () => {
      for await (const event of engine.runTurn(continueTurn(turn), testControls({ signal: cancel.signal }))) {
        events.push(event);
        cancel.abort(reason);
      }
    }).rejects.toMatchObject({ code: 'canceled' });
    expect(events.map((event) => event.type)).toEqual(['started']);
  });

  it('does not start if it was canceled before', async () => {
    const turn = run(bench.makeEngine(), messageTurn('context', 'hello'), AbortSignal.abort(reason));
    await expect(turn).rejects.toMatchObject({ code: 'canceled' });
    expect(bench.model.requests).toEqual([]);
  });

  it('leaves a conversation that can continue', async () => {
    const engine = bench.makeEngine({ tools: [deaf] });
    const cancel = new AbortController();
    await expect(async () => {
      const controls = testControls({ signal: cancel.signal });
      for await (const event of engine.runTurn(messageTurn('context', script({ tool: 'deaf' })), controls)) {
        if (event.type === 'tool-call') cancel.abort(reason);
      }
    }).rejects.toMatchObject({ code: 'canceled' });
    const events = await run(engine, messageTurn('context', script({ text: 'Here I am.' })));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Here I am.' });
    expect(bench.sent().at(-2)).toMatchObject({ role: 'tool', content: expect.stringContaining('cut short') });
  });

  it('allows the engine to be closed at once', async () => {
    const problems: unknown[] = [];
    const note = (problem: unknown) => problems.push(problem);
    process.on('unhandledRejection', note);
    const engine = bench.makeEngine();
    const cancel = new AbortController();
    const text = script({ tools: Array(5).fill({ tool: 'calculate', input: { expression: '1' } }) }, { hang: true });
    await expect(async () => {
      const controls = testControls({ signal: cancel.signal });
      for await (const event of engine.runTurn(messageTurn('context', text), controls)) {
        if (event.type === 'tool-call') cancel.abort(reason);
      }
    }).rejects.toMatchObject({ code: 'canceled' });
    await engine[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off('unhandledRejection', note);
    expect(problems).toEqual([]);
  });
});

describe('a reader that stops', () => {
  it('stops the tools', async () => {
    let stopped = false;
    const listening: RuntimeTool = {
      ...deaf,
      execute: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(new Error('stopped'));
          });
        }),
    };
    const engine = bench.makeEngine({ tools: [listening] });
    const controls = testControls();
    for await (const event of engine.runTurn(messageTurn('context', script({ tool: 'deaf' })), controls)) {
      if (event.type === 'tool-call') break;
    }
    await vi.waitFor(() => expect(stopped).toBe(true));
  });

  it('stops the model', async () => {
    const text = script({ text: 'one two three four five six', chunkMs: 200 });
    const controls = testControls();
    for await (const event of bench.makeEngine().runTurn(messageTurn('context', text), controls)) {
      if (event.type === 'text-delta') break;
    }
    await vi.waitFor(() => expect(bench.model.requests[0]?.aborted).toBeDefined());
  });
});
