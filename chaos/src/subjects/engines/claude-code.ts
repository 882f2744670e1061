import { templateSubject } from '../template-subject.ts';

export const subject = templateSubject({
  name: 'claude-code',
  environment: (model) => ({
    MOLECULE_MODEL: 'anthropic:claude-sonnet-4-5',
    ANTHROPIC_API_KEY: 'scripted',
    ANTHROPIC_BASE_URL: model.url,
  }),
  before: [{ tool: 'Glob', input: { pattern: '*.md' } }],
  tool: [
    { tool: 'Glob', input: { pattern: '**/*' } },
    { tool: 'Grep', input: { pattern: 'x' } },
  ],
  asking: {
    steps: [{ tool: 'Bash', input: { command: 'echo $((6 * 7))' } }, { text: 'It is $TOOL' }],
    reply: 'allow',
    answer: 'It is 42',
  },
});
