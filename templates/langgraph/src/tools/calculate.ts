import { z } from 'zod';
import { defineTool } from './agent-tool.js';
import { evaluate } from './arithmetic.js';

export const calculateTool = defineTool({
  name: 'calculate',
  description:
    'Computes an arithmetic expression exactly as written. Use it for any sum that you would otherwise do in your head. ' +
    'Knows + - * / % ^, parentheses, pi, e, abs, ceil, floor, ln, log10, max, min, round and sqrt.',
  // A bound, because a parser's depth follows its input.
  schema: z.object({ expression: z.string().max(1000).describe('For example (3 + 4) * sqrt(2) / 7') }),
  execute: ({ expression }) => evaluate(expression),
});
