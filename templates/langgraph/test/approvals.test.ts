import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interrupt } from '@langchain/langgraph';
import type { InputRequiredEvent, RuntimeTool, TurnEvent } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { answerTurn, continueTurn, messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

const write = (path: string, id?: string) => ({
  tool: 'write_file',
  input: { path, content: `this is ${path}` },
  ...(id === undefined ? {} : { id }),
});

function requestIn(events: readonly TurnEvent[]): InputRequiredEvent {
  const request = only(events, 'input-required').at(-1);
  if (request === undefined) throw new Error(`nothing was asked: ${JSON.stringify(events)}`);
  return request;
}

async function files(): Promise<readonly string[]> {
  return (await readdir(bench.directory)).filter((name) => name.endsWith('.txt')).sort();
}

describe.each(['openai:scripted', 'anthropic:scripted'])('an approval, with %s', (model) => {
  it('does not allow another call with the same id in the next answer', async () => {
    const engine = bench.makeEngine({ model });
    const turn = messageTurn(
      'context',
      script({ tools: [write('harmless.txt', 'call_1')] }, { tools: [write('evil.txt', 'call_1')] }, { text: 'Done.' }),
    );
    const first = requestIn(await run(engine, turn));
    const second = requestIn(await run(engine, answerTurn(turn, first.requestId, 'Approve', 'approve')));
    expect(await files()).toEqual(['harmless.txt']);
    expect(second.tool).toEqual({ name: 'write_file', input: write('evil.txt').input });
    expect(second.requestId).not.toBe(first.requestId);

    const late = run(engine, answerTurn(turn, first.requestId, 'Approve', 'approve'));
    await expect(late).rejects.toMatchObject({ code: 'lost' });
    expect(await files()).toEqual(['harmless.txt']);
    const end = await run(engine, answerTurn(turn, second.requestId, 'Deny', 'deny'));
    expect(end.at(-1)).toEqual({ type: 'finish', text: 'Done.' });
    expect(await files()).toEqual(['harmless.txt']);
  });

  it('is valid for one of several calls of one answer, even if all have one id', async () => {
    const engine = bench.makeEngine({ model });
    const tools = ['a.txt', 'b.txt', 'c.txt'].map((path) => write(path, 'call_1'));
    const turn = messageTurn('context', script({ tools }, { text: 'Done.' }));
    const first = requestIn(await run(engine, turn));
    const second = requestIn(await run(engine, answerTurn(turn, first.requestId, 'Approve', 'approve')));
    expect(first.tool?.input).toMatchObject({ path: (await files())[0] });
    expect(await files()).toHaveLength(1);
    const third = requestIn(await run(engine, answerTurn(turn, second.requestId, 'Deny', 'deny')));
    expect(await files()).toHaveLength(1);
    const end = await run(engine, answerTurn(turn, third.requestId, 'Approve', 'approve'));
    expect(end.at(-1)).toEqual({ type: 'finish', text: 'Done.' });
    expect(await files()).toHaveLength(2);
  });

  it('is valid once: the same call needs a new approval, also after a restart', async () => {
    const turn = messageTurn(
      'context',
      script({ tools: [write('a.txt')] }, { tools: [write('a.txt')] }, { text: 'Done.' }),
    );
    const engine = bench.makeEngine({ model });
    const first = requestIn(await run(engine, turn));
    await engine[Symbol.asyncDispose]();

    const restarted = bench.makeEngine({ model });
    const answer = answerTurn(turn, first.requestId, 'Approve', 'approve');
    const second = requestIn(await run(restarted, answer));
    expect(second.requestId).not.toBe(first.requestId);
    expect(await readFile(join(bench.directory, 'a.txt'), 'utf8')).toBe('this is a.txt');
    await restarted[Symbol.asyncDispose]();

    const again = bench.makeEngine({ model });
    expect(requestIn(await run(again, continueTurn(answer))).requestId).toBe(second.requestId);
    const late = run(again, answer);
    await expect(late).rejects.toMatchObject({ code: 'lost' });
  });
});

describe('a tool that asks by itself', () => {
  it('receives no approval that was given for another call', async () => {
    const seen: unknown[] = [];
    const tool: RuntimeTool = {
      name: 'ask',
      description: 'Asks.',
      inputSchema: { type: 'object', properties: {} },
      execute: async () => {
        seen.push(interrupt('Really?'));
        return 'asked';
      },
    };
    const engine = bench.makeEngine({ tools: [tool], config: { tools: { approval: ['ask'] } } });
    const turn = messageTurn('context', script({ tool: 'ask' }, { text: '$TOOL' }));
    const first = requestIn(await run(engine, turn));
    expect(first.request).toBe('approval');
    const second = requestIn(await run(engine, answerTurn(turn, first.requestId, 'Approve', 'approve')));
    expect(second).toMatchObject({ request: 'question', prompt: 'Really?' });
    const end = await run(engine, answerTurn(turn, second.requestId, 'yes'));
    expect(end.at(-1)).toEqual({ type: 'finish', text: 'asked' });
    expect(seen).toEqual([expect.objectContaining({ text: 'yes' })]);
  });
});
