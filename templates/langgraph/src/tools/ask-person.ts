import { z } from 'zod';
import { askQuestion } from '../turns/interrupts.js';
import { defineTool } from './agent-tool.js';

export const askPersonTool = defineTool({
  name: 'ask_person',
  description:
    'Asks the person that you work for, and waits for the answer. Use it when you cannot go on without a decision or a ' +
    'fact that only they have; ask one question at a time.',
  schema: z.object({
    question: z.string().min(1),
    choices: z.array(z.string().min(1)).optional().describe('Answers to choose from, when there are only a few.'),
  }),
  execute: ({ question, choices }) => askQuestion(question, choices),
});
