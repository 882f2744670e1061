import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputRequiredEvent, TurnEvent } from '@molecule/adapters';
import type { ScriptStep } from '@molecule/adapters/testing';
import { describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { turnProcess } from './support/turn-process.js';
import { answerIn, answerTurn, messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

const WRITE = { tool: 'write_file', input: { path: 'note.txt', content: 'hello' } };
const ASK = { tool: 'ask_person', input: { question: 'Which colour?', choices: ['red', 'blue'] } };

function requestIn(events: readonly TurnEvent[]): InputRequiredEvent {
  const last = events.at(-1);
  if (last?.type !== 'input-required') throw new Error(`the turn ended with ${JSON.stringify(last)}`);
  return last;
}

function written(): Promise<string> {
  return readFile(join(bench.directory, 'note.txt'), 'utf8');
}

describe('a tool that needs approval', () => {
  const steps: ScriptStep[] = [{ text: 'I will write it.', ...WRITE }, { text: 'Then: $TOOL' }];

  it('asks before it does anything, and the earlier text stays', async () => {
    const events = await run(bench.makeEngine(), messageTurn('context', script(...steps)));
    expect(requestIn(events)).toEqual({
      type: 'input-required',
      requestId: expect.any(String),
      request: 'approval',
      prompt: expect.stringContaining('write_file'),
      choices: [
        { id: 'approve', label: 'Approve', means: 'approve' },
        { id: 'deny', label: 'Deny', means: 'reject' },
      ],
      tool: { name: 'write_file', input: { path: 'note.txt', content: 'hello' } },
    });
    expect(answerIn(events)).toBe('I will write it.');
    expect(only(events, 'finish')).toEqual([]);
    await expect(stat(join(bench.directory, 'note.txt'))).rejects.toThrow('ENOENT');
  });

  it('runs after approval, in another process', async () => {
    const turn = messageTurn('context', script(...steps));
    const asking = turnProcess(bench.directory, bench.model.url, turn);
    const { requestId } = requestIn(await asking.finished());
    const answer = answerTurn(turn, requestId, 'Approve', 'approve');
    const events = await turnProcess(bench.directory, bench.model.url, answer).finished();
    expect(only(events, 'tool-result')).toEqual([expect.objectContaining({ ok: true, output: 'Wrote 5 bytes.' })]);
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Then: Wrote 5 bytes.' });
    expect(await written()).toBe('hello');
    expect(bench.model.requests).toHaveLength(2);
  });

  it.each([
    ['deny', 'Deny', 'Not done: the person did not approve this call.'],
    [
      undefined,
      'no, use another name',
      'Not done: the person did not approve this call. They said: no, use another name',
    ],
  ])('is not done after the choice %s', async (choice, text, told) => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', script(...steps));
    const { requestId } = requestIn(await run(engine, turn));
    const events = await run(engine, answerTurn(turn, requestId, text, choice));
    expect(events.at(-1)).toEqual({ type: 'finish', text: `Then: ${told}` });
    await expect(written()).rejects.toThrow('ENOENT');
  });

  it('can be any tool, or no tool', async () => {
    const guarded = bench.makeEngine({ config: { tools: { approval: ['current_time'] } } });
    const events = await run(guarded, messageTurn('one', script({ tool: 'current_time' }, { text: 'Done.' })));
    expect(requestIn(events).tool).toEqual({ name: 'current_time', input: { time_zone: 'UTC' } });
    const free = bench.makeEngine({ config: { tools: { approval: [] } } });
    const done = await run(free, messageTurn('two', script(...steps)));
    expect(done.at(-1)).toEqual({ type: 'finish', text: 'Then: Wrote 5 bytes.' });
  });
});

describe('several tools that ask at once', () => {
  const tools = [WRITE, { tool: 'calculate', input: { expression: '1+1' } }, ASK];

  it('ask together, and each gets its own answer, also in another process', async () => {
    const turn = messageTurn('context', script({ tools }, { text: 'Colour: $TOOL' }));
    const asking = turnProcess(bench.directory, bench.model.url, turn);
    const request = requestIn(await asking.finished());
    expect(request).toMatchObject({ request: 'approval', tool: { name: 'write_file' } });
    expect(request.also).toMatchObject([{ request: 'question', prompt: 'Which colour?' }]);
    const [question] = request.also ?? [];
    const single = answerTurn(turn, request.requestId, 'Approve', 'approve');
    const { messageId } = single;
    const parts = [{ kind: 'data', data: { answers: [] } } as const, ...single.parts];
    const answers = [
      { requestId: request.requestId, messageId, text: '', choice: 'approve', parts },
      { requestId: question?.requestId ?? '', messageId, text: 'blue, or so', data: { shade: 3 }, parts },
    ];
    const answer = { ...single, parts, answers };
    const events = await turnProcess(bench.directory, bench.model.url, answer).finished();
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Colour: blue, or so\n{"shade":3}' });
    expect(await written()).toBe('hello');
    expect(bench.model.requests).toHaveLength(2);
  });

  it('can be answered one by one, by a runtime that knows one request only', async () => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', script({ tools }, { text: 'Colour: $TOOL' }));
    const first = await run(engine, turn);
    expect(requestIn(first).request).toBe('approval');
    expect(only(first, 'tool-result').map((event) => event.output)).toEqual(['2']);

    const second = await run(engine, answerTurn(turn, requestIn(first).requestId, 'Approve', 'approve'));
    expect(requestIn(second)).toMatchObject({ request: 'question', prompt: 'Which colour?' });
    expect(await written()).toBe('hello');

    const third = await run(engine, answerTurn(turn, requestIn(second).requestId, 'blue', 'blue'));
    expect(third.at(-1)).toEqual({ type: 'finish', text: 'Colour: blue' });
    expect(bench.model.requests).toHaveLength(2);
  });
});

describe('a question', () => {
  it('is answered by a choice or in free words', async () => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', script(ASK, { text: 'You said $TOOL' }));
    const request = requestIn(await run(engine, turn));
    expect(request.choices).toEqual([
      { id: 'red', label: 'red' },
      { id: 'blue', label: 'blue' },
    ]);
    const events = await run(engine, answerTurn(turn, request.requestId, 'neither, green'));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'You said neither, green' });
  });

  it('receives the paths of the files in the answer', async () => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', script(ASK, { text: 'You said $TOOL' }));
    const { requestId } = requestIn(await run(engine, turn));
    const file = { kind: 'file', name: 'a.txt', data: 'eA==', path: '/agent/inbox/0123/a.txt' } as const;
    const events = await run(engine, { ...answerTurn(turn, requestId, 'this one'), parts: [file] });
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'You said this one\n(file: /agent/inbox/0123/a.txt)' });
  });
});

describe('a message instead of an answer', () => {
  it('replaces the question: the call is reported as not done, and every call has a result', async () => {
    const engine = bench.makeEngine();
    const tools = [WRITE, { tool: 'calculate', input: { expression: '6*7' } }];
    const turn = messageTurn('context', script({ tools }, { text: 'never said' }));
    const { requestId } = requestIn(await run(engine, turn));

    const events = await run(engine, messageTurn('context', script({ text: 'Forgotten.' })));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Forgotten.' });
    await expect(written()).rejects.toThrow('ENOENT');
    const messages = bench.sent();
    expect(messages.map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool', 'user']);
    expect(messages[2]?.tool_calls).toHaveLength(2);
    expect(messages[3]?.content).toContain('Not done: instead of answering');
    expect(messages[4]?.content).toBe('42');

    const late = run(engine, answerTurn(turn, requestId, 'Approve', 'approve'));
    await expect(late).rejects.toMatchObject({ code: 'lost', retryable: false });
    await expect(written()).rejects.toThrow('ENOENT');
  });
});

describe('an answer', () => {
  it('to a question that was not asked fails as lost', async () => {
    const engine = bench.makeEngine();
    const turn = messageTurn('context', 'hello');
    await run(engine, turn);
    await expect(run(engine, answerTurn(turn, 'unknown', 'yes'))).rejects.toMatchObject({ code: 'lost' });
  });
});
