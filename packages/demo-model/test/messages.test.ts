import { expect, it } from 'vitest';
import { fitMessages } from '../src/server/fit-messages.js';
import { readMessages } from '../src/server/read-messages.js';

/** One token for each word. */
const words = {
  tokenize: (text: string): string[] => text.split(' '),
  detokenize: (tokens: readonly string[]): string => tokens.join(' '),
};

it('reads both formats, and drops what the model cannot use', () => {
  const messages = [
    { role: 'system', content: 'Be kind.' },
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: '<system-reminder>Be\nkind.</system-reminder>Hello' }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: 'seen' }] }] },
    { role: 'assistant', content: 'Ah.' },
    { role: 'user', content: [{ type: 'image' }, { type: 'text', text: 'And?' }] },
    null,
    { role: 'assistant', content: 'I begin' },
  ];
  expect(readMessages({ messages })).toEqual([
    { role: 'user', text: 'Hello\nseen' },
    { role: 'assistant', text: 'Ah.' },
    { role: 'user', text: 'And?' },
  ]);
});

it.for([{}, { messages: 'Hello' }, { messages: [{ role: 'assistant', content: 'Hello' }] }])(
  'finds no words of the user in %j',
  (body) => {
    expect(readMessages(body)).toEqual([]);
  },
);

it('keeps the end of a conversation that is too long, beginning with a user message', () => {
  const messages = [
    { role: 'user', text: 'one two' },
    { role: 'assistant', text: 'three' },
    { role: 'user', text: 'four' },
    { role: 'assistant', text: 'five' },
    { role: 'user', text: 'six' },
  ] as const;
  const { history, prompt, tokens } = fitMessages(messages, 40, words);
  expect(history.map(({ text }) => text)).toEqual(['four', 'five']);
  expect(prompt).toBe('six');
  expect(tokens).toBeLessThanOrEqual(40);
  expect(fitMessages(messages, 1_000, words).history).toHaveLength(4);
});

it('keeps the end of a last message that is too long', () => {
  const text = `${'blah '.repeat(100)}what is it?`;
  const { history, prompt } = fitMessages(
    [
      { role: 'user', text: 'a' },
      { role: 'assistant', text: 'b' },
      { role: 'user', text },
    ],
    13,
    words,
  );
  expect(history).toEqual([]);
  expect(prompt).toBe('blah blah what is it?');
});
