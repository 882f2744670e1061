import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EngineError, type RuntimeTool } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { toEngineError } from '../src/errors.js';
import { useBench } from './support/bench.js';
import { messageTurn, only, run, script } from './support/turns.js';

const bench = useBench();

/** Errors that end a step without a cancel of the turn. */
const ENDS: readonly (readonly [string, () => unknown])[] = [
  ['an abort of its own signal', () => new DOMException('This operation was aborted', 'AbortError')],
  ['a child that was killed', () => new Error('Command failed: git clone (signal SIGTERM)')],
  ['the cancel of a task that it delegated', () => new EngineError('canceled', 'The task of the peer was canceled.')],
  ['a time-out', () => new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
];

describe('a turn without a cancel is not reported as canceled', () => {
  it.each(ENDS)('when a tool ends with %s', async (_name, makeError) => {
    const tool: RuntimeTool = {
      name: 'work',
      description: 'Works.',
      inputSchema: { type: 'object', properties: {} },
      execute: () => Promise.reject(makeError()),
    };
    const turn = messageTurn('context', script({ tool: 'work' }, { text: 'I heard: $TOOL' }));
    const events = await run(bench.makeEngine({ tools: [tool] }), turn);
    expect(only(events, 'tool-result')).toEqual([expect.objectContaining({ ok: false })]);
    expect(events.at(-1)).toMatchObject({ type: 'finish', text: expect.stringContaining('I heard: ') });
  });

  it('when the connection to the model is closed from outside during the answer', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"Half"}}]}\n\n');
      setTimeout(() => response.destroy(), 20);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    try {
      const turn = run(bench.makeEngine({ environment: { OPENAI_BASE_URL: url } }), messageTurn('context', 'hello'));
      await expect(turn).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    } finally {
      server.close();
    }
  });

  it.each([
    ['an abort', new DOMException('This operation was aborted', 'AbortError')],
    ['an abort deep in the causes', new Error('failed', { cause: new DOMException('x', 'AbortError') })],
    ['a cancel of another turn', new EngineError('canceled', 'Another turn was canceled.')],
  ])('by %s of the graph, but as a lost engine, which is retried', (_name, error) => {
    expect(toEngineError(error, 'openai')).toMatchObject({ code: 'engine-died', retryable: true });
  });
});
