import { expect, it } from 'vitest';
import { AnswerShape, ENOUGH_TOKENS, MOST_TOKENS } from '../src/server/answer-shape.js';

/** The answer for a text that arrives word by word, with one token each. */
function shaped(text: string, naturalEnd = true): string {
  const shape = new AnswerShape();
  let out = '';
  let tokens = 0;
  for (const word of text.match(/\S+\s*/g) ?? []) {
    tokens += 1;
    out += shape.push(word, tokens);
    if (shape.isOver) return out;
  }
  return naturalEnd ? out + shape.end() : out;
}

it('passes on a short answer unchanged', () => {
  const text = 'Hello! How can I help? Ask me, e.g. about 3.14 things:\n\n- one\n- two';
  expect(shaped(text)).toBe(text);
});

it('repeats no sentence', () => {
  expect(shaped('I like it. You like it. I like it. You like it. I like it.')).toBe('I like it. You like it. ');
});

it('ends with the sentence in which the answer becomes long', () => {
  const sentences = Array.from({ length: 40 }, (_, index) => `Here comes sentence number ${index} now.`);
  const answer = shaped(sentences.join(' '));
  expect(answer.endsWith('now.')).toBe(true);
  expect(answer.split(' ').length).toBeLessThan(ENOUGH_TOKENS + 12);
});

it('marks an answer that ends within a sentence', () => {
  const words = Array.from({ length: 400 }, (_, index) => `word${index}`);
  const answer = shaped(words.join(' '));
  expect(answer.endsWith('…')).toBe(true);
  expect(answer.split(' ').length).toBeLessThanOrEqual(MOST_TOKENS + 1);
});

it('ends when a few words are repeated', () => {
  const answer = shaped(`I can help with ${'your very own math homework and '.repeat(30)}`);
  expect(answer.split('homework').length - 1).toBeLessThan(5);
});
