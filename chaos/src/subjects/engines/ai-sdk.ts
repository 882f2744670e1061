import { openAiEnvironment } from '../scripted-environment.ts';
import { templateSubject } from '../template-subject.ts';

export const subject = templateSubject({
  name: 'ai-sdk',
  environment: openAiEnvironment,
  before: [{ tool: 'current_time', input: { zone: 'Asia/Tokyo' } }],
  tool: [
    { tool: 'current_time', input: { zone: 'Asia/Tokyo' } },
    { tool: 'current_time', input: { zone: 'Europe/Oslo' } },
  ],
  asking: {
    steps: [{ tool: 'ask_person', input: { question: 'Shall I?' } }, { text: 'The person said: $TOOL' }],
    reply: 'go on',
    answer: 'go on',
  },
});
