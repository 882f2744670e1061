import { expect, it } from 'vitest';
import { splitBlocks } from '../../src/base/markdown/split-blocks.js';

const PARAGRAPH = `${'word '.repeat(80)}\n\n`;

it('cuts a long text at blank lines, and loses nothing', () => {
  const source = PARAGRAPH.repeat(20);
  const blocks = splitBlocks(source);
  expect(blocks.length).toBeGreaterThan(3);
  expect(blocks.join('')).toBe(source);
});

it('never cuts a code block, a list or a table', () => {
  const code = `\`\`\`js\n${'const a = 1;\n\n'.repeat(200)}\`\`\`\n\n`;
  const list = Array.from({ length: 200 }, (_, index) => `${index + 1}. item\n\n`).join('');
  const table = `| a | b |\n| --- | --- |\n${'| 1 | 2 |\n'.repeat(200)}`;
  for (const whole of [code, list, table]) {
    const blocks = splitBlocks(`${PARAGRAPH.repeat(5)}${whole}${PARAGRAPH}End`);
    expect(blocks.filter((block) => block.includes(whole.trim()))).toHaveLength(1);
  }
});
