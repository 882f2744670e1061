import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeTool, TurnEvent } from '@molecule/adapters';
import { describe, expect, it, vi } from 'vitest';
import { useBench } from './support/bench.js';
import { turnProcess } from './support/turn-process.js';
import { answerIn, answerTurn, continueTurn, messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

const CALCULATE = { tool: 'calculate', input: { expression: '6 * 7' } };
const ASK = { tool: 'ask_person', input: { question: 'Which colour?' } };

/** The positions of the script's steps that the model has played. */
function stepsPlayed(): (number | undefined)[] {
  return bench.model.requests.map((request) => request.step);
}

/** The tool results of the context, as another process would read them. */
async function storedResults(): Promise<string[]> {
  const { entries } = await bench.makeEngine().transcript({ contextId: 'context', since: 0, limit: 100 });
  return entries.filter((entry) => entry.role === 'tool').map((entry) => entry.text);
}

function isText(event: TurnEvent): boolean {
  return event.type === 'text-delta';
}

describe('a killed turn', () => {
  it('continues after its last finished step in another process: no model call and no tool is repeated', async () => {
    const slow = { text: 'The answer is $TOOL indeed.', chunkMs: 1000 };
    const turn = messageTurn('context', script({ text: 'Let me see.', ...CALCULATE }, slow));
    const first = turnProcess(bench.directory, bench.model.url, turn);
    await first.waitFor((event) => event.type === 'reset');
    await first.waitFor((event) => event.type === 'text-delta' && event.text === 'The ');
    await first.kill();
    expect(stepsPlayed()).toEqual([0, 1]);

    const events = await turnProcess(bench.directory, bench.model.url, continueTurn(turn)).finished();
    expect(stepsPlayed()).toEqual([0, 1, 1]);
    expect(only(events, 'tool-call')).toEqual([]);
    expect(events.slice(0, 4)).toEqual([
      { type: 'started', reference: 'context' },
      { type: 'reset' },
      { type: 'text-delta', text: 'Let me see.' },
      { type: 'reset' },
    ]);
    expect(answerIn(events)).toBe('The answer is 42 indeed.');
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'The answer is 42 indeed.' });
  });

  it('repeats only the tool that was running', async () => {
    const waiting = { tool: 'wait_for_file', input: { name: 'go' } };
    const turn = messageTurn('context', script({ tools: [CALCULATE, waiting] }, { text: 'Done: $TOOL' }));
    const first = turnProcess(bench.directory, bench.model.url, turn);
    await first.waitFor((event) => event.type === 'tool-call' && event.name === 'wait_for_file');
    // The result is reported a moment before it is on the disk.
    await vi.waitFor(async () => expect(await storedResults()).toContain('42'), { timeout: 5000 });
    await first.kill();

    await writeFile(join(bench.directory, 'go'), '');
    const events = await turnProcess(bench.directory, bench.model.url, continueTurn(turn)).finished();
    expect(only(events, 'tool-call').map((event) => event.name)).toEqual(['wait_for_file']);
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Done: it is there' });
    expect(stepsPlayed()).toEqual([0, 1]);
    expect(bench.sent().map((message) => message.content)).toContain('42');
  });

  it('asks again if it was killed at its question', async () => {
    const turn = messageTurn('context', script({ tools: [CALCULATE, ASK] }, { text: 'Done: $TOOL' }));
    const first = turnProcess(bench.directory, bench.model.url, turn);
    const asked = await first.waitFor((event) => event.type === 'input-required');
    await first.kill();

    const again = await run(bench.makeEngine(), continueTurn(turn));
    expect(again.at(-1)).toEqual(asked);
    expect(only(again, 'tool-call').map((event) => event.name)).toEqual(['ask_person']);
    expect(stepsPlayed()).toEqual([0]);
  });

  it('fails with nothing-to-continue if no step was stored', async () => {
    const turn = messageTurn('context', 'hello');
    await expect(run(bench.makeEngine(), continueTurn(turn))).rejects.toMatchObject({ code: 'nothing-to-continue' });
  });

  it('never answers with the text of an earlier turn', async () => {
    const engine = bench.makeEngine();
    await run(engine, messageTurn('context', script({ text: 'An old answer.' })));
    const next = messageTurn('context', script({ text: 'A new answer.' }));
    await expect(run(engine, continueTurn(next))).rejects.toMatchObject({ code: 'nothing-to-continue' });
    const events = await run(engine, next);
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'A new answer.' });
  });
});

describe('a turn that was finished when the process died', () => {
  it('sends its answer again, without a model call', async () => {
    const turn = messageTurn('context', script({ text: 'Let me see.', ...CALCULATE }, { text: 'It is $TOOL.' }));
    await run(bench.makeEngine(), turn);
    bench.model.reset();
    const events = await run(bench.makeEngine(), continueTurn(turn));
    expect(events).toEqual([
      { type: 'started', reference: 'context' },
      { type: 'reset' },
      { type: 'text-delta', text: 'It is 42.' },
      { type: 'finish', text: 'It is 42.' },
    ]);
    expect(bench.model.requests).toEqual([]);
  });
});

describe('a failed turn', () => {
  it('continues at the point of failure when it is retried', async () => {
    const failing = { status: 503, times: 1, text: 'It is $TOOL.' };
    const turn = messageTurn('context', script(CALCULATE, failing));
    const engine = bench.makeEngine();
    await expect(run(engine, turn)).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    const events = await run(engine, continueTurn(turn));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'It is 42.' });
    expect(stepsPlayed()).toEqual([0, 1, 1]);
  });

  it('leaves a conversation that accepts a new message', async () => {
    const engine = bench.makeEngine();
    const failed = messageTurn('context', script(CALCULATE, { status: 401 }));
    await expect(run(engine, failed)).rejects.toMatchObject({ code: 'auth' });
    const events = await run(engine, messageTurn('context', script({ text: 'Here I am.' })));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Here I am.' });
    expect(bench.sent().map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
  });
});

describe('a killed answer', () => {
  it('continues after the tool that received it', async () => {
    const turn = messageTurn('context', script(ASK, { text: 'You like $TOOL a lot.', chunkMs: 1000 }));
    const asked = only(await run(bench.makeEngine(), turn), 'input-required')[0];
    const answer = answerTurn(turn, asked?.requestId ?? '', 'red');
    const first = turnProcess(bench.directory, bench.model.url, answer);
    await first.waitFor(isText);
    await first.kill();

    const events = await turnProcess(bench.directory, bench.model.url, continueTurn(answer)).finished();
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'You like red a lot.' });
    expect(only(events, 'tool-call')).toEqual([]);
    expect(stepsPlayed()).toEqual([0, 1, 1]);
    const replayed = await run(bench.makeEngine(), continueTurn(answer));
    expect(replayed.at(-1)).toEqual({ type: 'finish', text: 'You like red a lot.' });
  });

  it('is given to the tool again if the tool was interrupted, without a second question', async () => {
    const calls: number[] = [];
    const hold = new AbortController();
    const slow: RuntimeTool = {
      name: 'slow',
      description: 'Waits.',
      inputSchema: { type: 'object', properties: {} },
      execute: async (_input, { signal }) => {
        calls.push(calls.length);
        if (calls.length > 1) return 'done';
        hold.abort();
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const options = { tools: [slow], config: { tools: { approval: ['slow'] } } };
    const turn = messageTurn('context', script({ tool: 'slow' }, { text: 'It is $TOOL.' }));
    const asked = only(await run(bench.makeEngine(options), turn), 'input-required')[0];
    const answer = answerTurn(turn, asked?.requestId ?? '', 'Approve', 'approve');
    await expect(run(bench.makeEngine(options), answer, hold.signal)).rejects.toMatchObject({ code: 'canceled' });

    const events = await run(bench.makeEngine(options), continueTurn(answer));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'It is done.' });
    expect(calls).toHaveLength(2);
  });

  it('is requested again if it had not arrived', async () => {
    const turn = messageTurn('context', script(ASK, { text: 'You like $TOOL a lot.' }));
    const engine = bench.makeEngine();
    const asked = only(await run(engine, turn), 'input-required')[0];
    const answer = answerTurn(turn, asked?.requestId ?? '', 'red');
    await expect(run(engine, continueTurn(answer))).rejects.toMatchObject({ code: 'nothing-to-continue' });
    expect((await run(engine, answer)).at(-1)).toEqual({ type: 'finish', text: 'You like red a lot.' });
  });
});
