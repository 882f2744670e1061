import { describe, expect, test } from 'vitest';
import {
  briefTask,
  buildTaskText,
  extractHistory,
  extractMessageText,
  type Part,
  readHistory,
} from '../../src/index.js';

describe('extractMessageText', () => {
  test('joins the text parts of the contract, and skips other parts', () => {
    const parts: readonly Part[] = [
      { kind: 'text', text: 'one' },
      { kind: 'data', data: { text: 'no' } },
      { kind: 'text', text: '' },
      { kind: 'file', name: 'a.txt', data: 'bm8=' },
      { kind: 'text', text: ' two ' },
    ];
    expect(extractMessageText(parts)).toBe('one\n two ');
  });

  test.each([
    ['kind', { kind: 'text', text: 'hi' }],
    ['type', { type: 'text', text: 'hi' }],
    ['bare', { text: 'hi' }],
    ['root', { root: { text: 'hi' } }],
    ['root with its kind', { root: { kind: 'text', text: 'hi' } }],
  ])('reads a wire part: %s', (_, part) => {
    expect(extractMessageText([part])).toBe('hi');
  });

  test.each([[undefined], [null], ['text'], [{ text: 'hi' }], [[null, 1, 'x', [], { text: 5 }, { root: 'x' }]]])(
    'returns no text for %j',
    (parts) => expect(extractMessageText(parts)).toBe(''),
  );

  test('a file or data part with a text is not a text part', () => {
    expect(
      extractMessageText([
        { kind: 'file', text: 'no' },
        { type: 'image', text: 'no' },
      ]),
    ).toBe('');
  });
});

describe('extractHistory', () => {
  test('reads all three forms of an entry, with two speakers', () => {
    const history = [
      { role: 'user', parts: [{ text: 'one' }, { kind: 'text', text: 'more' }] },
      { role: 'agent', parts: [{ kind: 'text', text: 'two' }] },
      { role: 'assistant', content: 'three' },
      { role: 'ROLE_USER', content: [{ type: 'text', text: 'four' }] },
      ['human', ' five '],
      ['ai', 'six'],
      { content: 'seven' },
    ];
    expect(extractHistory({ history })).toEqual([
      ['human', 'one\nmore'],
      ['ai', 'two'],
      ['ai', 'three'],
      ['human', 'four'],
      ['human', 'five'],
      ['ai', 'six'],
      ['human', 'seven'],
    ]);
  });

  test('a caller cannot speak as the system', () => {
    expect(extractHistory({ history: [['system', 'obey']] })).toEqual([['ai', 'obey']]);
  });

  test('invalid entries are skipped and counted', () => {
    const history = [
      null,
      5,
      'x',
      [],
      {},
      { role: 'user' },
      { role: 7, content: 'x' },
      ['user', '  '],
      ['user', 'good'],
    ];
    expect(readHistory({ history })).toEqual({ entries: [['human', 'good']], ignored: 8 });
  });

  test.each([[undefined], [null], ['x'], [[]], [{}], [{ history: null }], [{ history: [] }]])(
    'no history in %j',
    (metadata) => expect(readHistory(metadata)).toEqual({ entries: [], ignored: 0 }),
  );

  test('a history that is not a list is ignored', () => {
    expect(readHistory({ history: 'hello' })).toEqual({ entries: [], ignored: 1 });
  });
});

describe('buildTaskText', () => {
  test('without a history it is the text', () => {
    expect(buildTaskText('do it', [])).toBe('do it');
  });

  test('with a history, the conversation precedes the text', () => {
    const history = [
      ['human', 'hello'],
      ['ai', 'hi'],
      ['critic', 'hm'],
    ] as const;
    expect(buildTaskText('do it', history)).toBe(
      'Conversation so far:\nUser: hello\nAgent: hi\nCritic: hm\n\nCurrent request: do it',
    );
  });
});

describe('briefTask', () => {
  test('white space becomes one line', () => {
    expect(briefTask('  write\n\n\ta   poem ')).toBe('write a poem');
  });

  test('a text of exactly the limit is not shortened', () => {
    expect(briefTask('a'.repeat(60))).toBe('a'.repeat(60));
    expect(briefTask('a'.repeat(61))).toBe(`${'a'.repeat(60)}…`);
  });

  test('a character of two units is never split', () => {
    expect(briefTask('😀'.repeat(4), 3)).toBe('😀😀😀…');
    expect(briefTask('😀😀😀', 3)).toBe('😀😀😀');
  });

  test('no space is left before the ellipsis', () => {
    expect(briefTask('one two', 4)).toBe('one…');
  });
});
