import { openAiEnvironment } from '../scripted-environment.ts';
import { templateSubject } from '../template-subject.ts';

export const subject = templateSubject({
  name: 'langgraph',
  environment: openAiEnvironment,
  before: [{ tool: 'calculate', input: { expression: '6 * 7' } }],
  tool: [
    { tool: 'list_files', input: {} },
    { tool: 'calculate', input: { expression: '6 * 7' } },
  ],
  asking: {
    steps: [{ tool: 'ask_person', input: { question: 'Shall I?' } }, { text: 'The person said: $TOOL' }],
    reply: 'go on',
    answer: 'go on',
  },
});
