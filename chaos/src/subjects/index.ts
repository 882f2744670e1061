import { ledgerSubject } from './ledger.ts';
import type { SubjectFactory } from './subject.ts';
import { templateSubject } from './template-subject.ts';

const openAiEnvironment = (model: { readonly url: string }) => ({
  MOLECULE_MODEL: 'openai:scripted',
  OPENAI_API_KEY: 'scripted',
  OPENAI_BASE_URL: `${model.url}/v1`,
});

const langgraphSubject = templateSubject({
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

const claudeCodeSubject = templateSubject({
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

/** Needs `npm run setup` in its template. */
const hermesSubject = templateSubject({
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

/** All engines under fire, by name. */
export const SUBJECTS: Readonly<Record<string, SubjectFactory>> = {
  ledger: ledgerSubject,
  langgraph: langgraphSubject,
  'claude-code': claudeCodeSubject,
  hermes: hermesSubject,
};
