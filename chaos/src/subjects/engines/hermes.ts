import { openAiEnvironment } from '../scripted-environment.ts';
import { templateSubject } from '../template-subject.ts';

/** Needs `npm run setup` in its template. */
export const subject = templateSubject({
  name: 'hermes',
  environment: openAiEnvironment,
  before: [{ tool: 'terminal', input: { command: 'expr 6 \\* 7' } }],
  tool: [{ tool: 'terminal', input: { command: 'sleep 2; expr 6 \\* 7' } }],
  asking: {
    steps: [{ tool: 'terminal', input: { command: 'rm -rf ./nothing' } }, { text: 'so be it' }],
    reply: 'once',
    answer: 'so be it',
  },
});
