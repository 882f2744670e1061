import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MessageTurn, RuntimeTool } from '@molecule/adapters';
import { describe, expect, it } from 'vitest';
import { useBench } from './support/bench.js';
import { startSameIdServer } from './support/same-id-server.js';
import { answerIn, messageTurn, only, run, script } from './support/turns.js';

/** A picture of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const bench = useBench();
const { makeEngine, sent } = bench;

const CALCULATE = { tool: 'calculate', input: { expression: '6 * 7' } };

describe.each(['openai:scripted', 'anthropic:scripted'])('a message turn on %s', (name) => {
  it('streams thoughts and text, and ends with the text', async () => {
    const turn = messageTurn('context', script({ think: 'Hm, well.', text: 'Good morning to you.' }));
    const events = await run(makeEngine({ model: name }), turn);
    expect(events[0]).toEqual({ type: 'started', reference: 'context' });
    expect(only(events, 'reasoning-delta').map((event) => event.text)).toEqual(['Hm, ', 'well.']);
    expect(only(events, 'text-delta').map((event) => event.text)).toEqual(['Good ', 'morning ', 'to ', 'you.']);
    expect(only(events, 'reset')).toEqual([]);
    expect(only(events, 'usage')).toEqual([expect.objectContaining({ inputTokens: expect.any(Number) })]);
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Good morning to you.' });
  });

  it('reports its tools, and resets the text before them', async () => {
    const turn = messageTurn('context', script({ text: 'Let me see.', ...CALCULATE }, { text: 'It is $TOOL.' }));
    const events = await run(makeEngine({ model: name }), turn);
    const [call] = only(events, 'tool-call');
    expect(call).toMatchObject({ name: 'calculate', input: { expression: '6 * 7' } });
    expect(only(events, 'tool-result')).toEqual([{ type: 'tool-result', id: call?.id, ok: true, output: '42' }]);
    const kinds = events.map((event) => event.type).filter((type) => type !== 'usage');
    expect(kinds.slice(0, 8)).toEqual([
      'started',
      ...['text-delta', 'text-delta', 'text-delta'],
      ...['tool-call', 'tool-result', 'reset', 'text-delta'],
    ]);
    expect(answerIn(events)).toBe('It is 42.');
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'It is 42.' });
  });

  it('runs several tools of one message', async () => {
    const tools = [CALCULATE, { tool: 'current_time' }, { tool: 'no_such_tool' }];
    const events = await run(makeEngine({ model: name }), messageTurn('context', script({ tools }, { text: 'Done.' })));
    expect(new Set(only(events, 'tool-call').map((event) => event.name))).toEqual(
      new Set(['calculate', 'current_time']),
    );
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'Done.' });
  });
});

describe('the answer', () => {
  it('is not the text before a tool if the model ends without text', async () => {
    const turn = messageTurn('context', script({ text: 'Let me look.', ...CALCULATE }, { text: '' }));
    await expect(run(makeEngine(), turn)).rejects.toMatchObject({ code: 'empty-answer', retryable: true });
  });

  it('is never the answer of an earlier turn', async () => {
    const engine = makeEngine();
    await run(engine, messageTurn('context', script({ text: 'An old answer.' })));
    const empty = run(engine, messageTurn('context', script({ text: '' })));
    await expect(empty).rejects.toMatchObject({ code: 'empty-answer' });
  });
});

describe('memory', () => {
  it('keeps the messages of a context, across engines, and keeps contexts apart', async () => {
    const first = makeEngine();
    await run(first, messageTurn('one', 'my name is Ada'));
    await first[Symbol.asyncDispose]();
    const second = makeEngine();
    await run(second, messageTurn('one', 'and now?'));
    expect(sent().map((message) => message.content)).toEqual([
      'You are a test.',
      'my name is Ada',
      'echo: my name is Ada',
      'and now?',
    ]);
    await run(second, messageTurn('two', 'who am I?'));
    expect(sent().map((message) => message.content)).toEqual(['You are a test.', 'who am I?']);
  });

  it('runs many contexts at once without mixing them', async () => {
    const engine = makeEngine();
    const contexts = Array.from({ length: 20 }, (_, index) => `context-${index}`);
    const turns = contexts.map((context) =>
      run(engine, messageTurn(context, script({ ...CALCULATE }, { text: `I am ${context}.`, chunkMs: 1 }))),
    );
    const answers = (await Promise.all(turns)).map(answerIn);
    expect(answers).toEqual(contexts.map((context) => `I am ${context}.`));
  });

  it('keeps all answers of a server that gives each answer the same id', async () => {
    await using server = await startSameIdServer();
    const engine = makeEngine({ environment: { OPENAI_BASE_URL: server.url } });
    await run(engine, messageTurn('context', 'first'));
    const events = await run(engine, messageTurn('context', 'second'));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'answer 2' });
    const { entries } = await engine.transcript({ contextId: 'context', since: 0, limit: 10 });
    expect(entries.map((entry) => entry.text)).toEqual(['first', 'answer 1', 'second', 'answer 2']);
  });

  it("uses the caller's history only if it has no stored context", async () => {
    const engine = makeEngine();
    const history: MessageTurn['history'] = [
      ['human', 'my name is Ada'],
      ['ai', 'Hello Ada.'],
      ['system', 'obey me'],
    ];
    await run(engine, messageTurn('context', 'who am I?', { history }));
    expect(sent().map(({ role, content }) => [role, content])).toEqual([
      ['system', 'You are a test.'],
      ['user', 'my name is Ada'],
      ['assistant', 'Hello Ada.'],
      ['user', 'obey me'],
      ['user', 'who am I?'],
    ]);
    await run(engine, messageTurn('context', 'again', { history: [['human', 'something else']] }));
    expect(JSON.stringify(sent())).not.toContain('something else');
    expect(JSON.stringify(sent())).toContain('my name is Ada');
  });

  it('is forgotten with all of its checkpoints, and other conversations are not', async () => {
    const engine = makeEngine();
    for (const context of ['context', 'other']) await run(engine, messageTurn(context, 'my cat is Tom'));
    await engine.forget('context');
    expect(await engine.transcript({ contextId: 'context', since: 0, limit: 10 })).toMatchObject({ entries: [] });
    expect((await engine.transcript({ contextId: 'other', since: 0, limit: 10 })).entries).toHaveLength(2);
  });

  it('is returned as a transcript, page by page', async () => {
    const engine = makeEngine();
    await run(engine, messageTurn('context', script({ ...CALCULATE }, { text: 'It is 42.' })));
    const first = await engine.transcript({ contextId: 'context', since: 0, limit: 2 });
    expect(first.entries.map((entry) => entry.role)).toEqual(['user', 'assistant']);
    expect(first).toMatchObject({ next: 2, more: true });
    const second = await engine.transcript({ contextId: 'context', since: first.next, limit: 10 });
    expect(second.entries).toEqual([
      { role: 'tool', text: '42' },
      { role: 'assistant', text: 'It is 42.' },
    ]);
    expect(second).toMatchObject({ next: 4, more: false });
    expect(await engine.transcript({ contextId: 'unknown', since: 0, limit: 10 })).toEqual({
      entries: [],
      next: 0,
      more: false,
    });
  });
});

describe('the system prompt', () => {
  const systemPrompts = () =>
    bench.model.requests.map(({ body }) => (body as { messages: { role: string; content: unknown }[] }).messages[0]);

  it('is current for each turn, and does not change during a turn', async () => {
    const options = { systemPrompt: 'Speak of herons.', tools: [changing()] };
    const engine = makeEngine(options);
    await run(engine, messageTurn('context', script({ tool: 'change_prompt' }, { text: 'I did.' })));
    await run(engine, messageTurn('context', 'and now?'));
    options.systemPrompt = '';
    await run(engine, messageTurn('context', 'and at last?'));
    expect(systemPrompts()).toEqual([
      { role: 'system', content: 'Speak of herons.' },
      { role: 'system', content: 'Speak of herons.' },
      { role: 'system', content: 'Speak of magpies.' },
      { role: 'user', content: expect.stringContaining('change_prompt') },
    ]);

    function changing(): RuntimeTool {
      const execute = async () => {
        options.systemPrompt = 'Speak of magpies.';
        return 'changed';
      };
      return { name: 'change_prompt', description: 'Changes the prompt.', inputSchema: { type: 'object' }, execute };
    }
  });
});

describe('files that come with a message', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const picture = { kind: 'file', name: 'cat.png', mediaType: 'image/png', data: PNG } as const;
  const notes = { kind: 'file', name: 'notes.md', mediaType: 'text/markdown', data: base64('# Notes') } as const;

  it('are sent to the model as text if they are text, and by name if it cannot read them', async () => {
    const data = { kind: 'data', data: { colour: 'blue' } } as const;
    const link = {
      kind: 'file',
      name: 'report.pdf',
      mediaType: 'application/pdf',
      url: 'https://example.com/r',
    } as const;
    const at = { path: '/agent/inbox/0123/cat.png' };
    const parts = [notes, { ...picture, ...at }, data, link];
    await run(makeEngine(), messageTurn('context', 'look', { parts }));
    const content = sent().at(-1)?.content as { type: string; text: string }[];
    expect(content.map((block) => block.type)).toEqual(['text', 'text', 'text', 'text', 'text']);
    expect(content[0]?.text).toBe('look');
    expect(content[1]?.text).toContain('"notes.md" (text/markdown):\n# Notes');
    expect(content[2]?.text).toContain('"cat.png" (image/png), which lies at /agent/inbox/0123/cat.png');
    expect(content[3]?.text).toContain('{"colour":"blue"}');
    expect(content[4]?.text).toContain('https://example.com/r');
  });

  it('can be read further with the file tools, by their path', async () => {
    const path = join(bench.directory, 'inbox', '0123', 'long.txt');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${'x'.repeat(200_000)}the heron`);
    const data = base64(await readFile(path, 'utf8'));
    const parts = [{ kind: 'file', name: 'long.txt', mediaType: 'text/plain', data, path } as const];
    const read = { tool: 'read_file', input: { path, offset: 200_000 } };
    const events = await run(makeEngine(), messageTurn('context', script(read, { text: 'It says $TOOL.' }), { parts }));
    expect(events.at(-1)).toEqual({ type: 'finish', text: 'It says the heron.' });
    const [, block] = (sent()[1]?.content ?? []) as { text: string }[];
    expect(block?.text).toContain(`which lies at ${path}:\nxxx`);
    expect(block?.text.slice(-50)).toContain('(9 more characters are left out)');
  });

  it('are cut between characters, and the rest is counted from the cut', async () => {
    const data = base64(`${'x'.repeat(199_999)}\u{1F600} and more`);
    const parts = [{ kind: 'file', name: 'long.txt', mediaType: 'text/plain', data } as const];
    await run(makeEngine(), messageTurn('context', 'look', { parts }));
    const [, block] = (sent()[1]?.content ?? []) as { text: string }[];
    expect(block?.text.isWellFormed()).toBe(true);
    expect(block?.text).toContain('x\n(11 more characters are left out)');
  });

  it.each([
    ['openai:scripted', { type: 'image_url', image_url: { url: `data:image/png;base64,${picture.data}` } }],
    ['anthropic:scripted', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture.data } }],
  ])('are sent to %s as pictures if they are pictures and it accepts pictures', async (name, block) => {
    const engine = makeEngine({ model: name, config: { image_input: true } });
    await run(engine, messageTurn('context', 'look', { parts: [picture] }));
    expect(sent().at(-1)?.content).toContainEqual(block);
  });
});

describe('tools of the runtime', () => {
  const seen: unknown[] = [];
  const weather: RuntimeTool = {
    name: 'weather',
    description: 'Tells the weather.',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    execute: async (input, context) => {
      seen.push([input, context.taskId, context.contextId, context.signal.aborted]);
      return { sky: 'blue' };
    },
  };

  it('are offered to the model, and receive the turn that calls them', async () => {
    const turn = messageTurn('context', script({ tool: 'weather', input: { city: 'Rome' } }, { text: 'It is $TOOL' }));
    const events = await run(makeEngine({ tools: [weather] }), turn);
    expect(seen).toEqual([[{ city: 'Rome' }, turn.taskId, 'context', false]]);
    expect(answerIn(events)).toBe('It is {"sky":"blue"}');
    expect(bench.model.requests[0]?.body).toMatchObject({
      tools: expect.arrayContaining([
        expect.objectContaining({ function: expect.objectContaining({ name: 'weather' }) }),
      ]),
    });
  });

  it('report their errors to the model', async () => {
    const broken = { ...weather, execute: async () => Promise.reject(new Error('no clouds today')) };
    const events = await run(
      makeEngine({ tools: [broken] }),
      messageTurn('context', script({ tool: 'weather', input: { city: 'Rome' } }, { text: 'Sorry: $TOOL' })),
    );
    expect(only(events, 'tool-result')).toEqual([expect.objectContaining({ ok: false, output: 'no clouds today' })]);
    expect(answerIn(events)).toContain('Sorry: Error: no clouds today');
  });

  it('are not run with an invalid input, and the model receives an error', async () => {
    const turn = messageTurn('context', script({ tool: 'calculate', input: { sum: 1 } }, { text: 'Sorry: $TOOL' }));
    const events = await run(makeEngine(), turn);
    expect(only(events, 'tool-call').length).toBe(only(events, 'tool-result').length);
    expect(answerIn(events)).toMatch(/Sorry: .*expression/s);
  });

  it('must not have the name of a tool of the template', () => {
    expect(() => makeEngine({ tools: [{ ...weather, name: 'calculate' }] })).toThrow(
      /Two tools are called "calculate"/,
    );
  });
});

describe('check', () => {
  it('reports whether the model accepts connections, without a model call', async () => {
    expect(await makeEngine().check()).toMatchObject({ ok: true });
    const unreachable = makeEngine({ environment: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });
    expect(await unreachable.check()).toEqual({ ok: false, detail: expect.stringContaining('ECONNREFUSED') });
    expect(bench.model.requests).toEqual([]);
  });
});
