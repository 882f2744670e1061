import { HOSTILE_QUESTION, HOSTILE_STEPS } from './hostile.ts';
import type { Step } from './steps.ts';

const CHOICES = [
  { id: 'allow', label: 'Allow', means: 'approve' },
  { id: 'deny', label: 'Deny', means: 'reject' },
] as const;

const RELEASE = `Here is the plan for **1.4**:

1. Freeze \`main\` on Thursday.
2. Run the migration on staging, then on production.
3. Publish, and watch the error rate for an hour.

| step | owner | when |
| --- | --- | --- |
| freeze | Ada | Thursday 12:00 |
| migration | Grace | Thursday 15:00 |
| publish | Linus | Friday 09:00 |

\`\`\`sh
npm run release -- --tag v1.4.0
\`\`\`

The [checklist](https://example.com/release) has the details.`;

/** What the agent does with a message of this text: work that looks like work, for pictures and for tests by people. */
export const SCENES: Readonly<Record<string, readonly Step[]>> = {
  'Plan the release of 1.4': [
    { think: 'The changelog says what is in it. I read that first, then the calendar.' },
    { tool: 'read_file', input: { path: 'CHANGELOG.md' }, output: '## 1.4\n- A console\n- Steps that stay', ms: 40 },
    {
      tool: 'calendar',
      input: { from: '2026-12-01', to: '2026-12-05' },
      output: [{ day: 'Thursday', free: true }],
      ms: 25,
    },
    { say: RELEASE, everyMs: 2 },
    {
      event: {
        type: 'usage',
        inputTokens: 5210,
        outputTokens: 418,
        cachedInputTokens: 3072,
        costUsd: 0.0219,
        model: 'gpt-4.1',
      },
    },
  ],
  'Deploy 1.4 to production': [
    { think: 'Staging is green. Production needs a person.' },
    { tool: 'check_staging', input: { version: '1.4.0' }, output: { healthy: true, errors: 0 }, ms: 30 },
    { event: { type: 'usage', inputTokens: 2950, outputTokens: 120, costUsd: 0.0088, model: 'gpt-4.1' } },
    {
      ask: {
        requestId: 'deploy',
        request: 'approval',
        prompt: 'Deploy 1.4.0 to production?',
        choices: [...CHOICES],
        tool: { name: 'deploy', input: { version: '1.4.0', target: 'production', replicas: 3 } },
      },
      after: [{ say: 'Done: {answer}. Version 1.4.0 runs on three replicas.' }],
    },
  ],
  'Book the meeting room': [
    {
      ask: {
        requestId: 'room',
        request: 'question',
        prompt: 'Which room shall I book?',
        choices: [
          { id: 'north', label: 'North, 6 seats' },
          { id: 'south', label: 'South, 12 seats' },
          { id: 'none', label: 'None of them' },
        ],
      },
      after: [{ say: 'Booked: {answer}.' }],
    },
  ],
  'Order a new laptop': [
    {
      ask: {
        requestId: 'laptop',
        request: 'question',
        prompt: 'What shall I order?',
        schema: {
          type: 'object',
          properties: {
            model: { type: 'string', title: 'Model', enum: ['13 inch', '15 inch'] },
            memory: { type: 'integer', title: 'Memory in GB', minimum: 8, maximum: 128, default: 32 },
            engraving: { type: 'string', title: 'Engraving', maxLength: 20 },
            gift: { type: 'boolean', title: 'It is a gift' },
            deliverOn: { type: 'string', format: 'date', title: 'Deliver on' },
          },
          required: ['model', 'memory'],
        },
      },
      after: [{ say: 'Ordered: {answer}' }],
    },
  ],
  'Summarize my mail': [
    {
      event: {
        type: 'auth-required',
        requestId: 'mail',
        prompt: 'I need access to your mailbox.',
        url: 'https://mail.example.com/authorize?client=molecule',
        service: 'Example Mail',
        scopes: ['mail.read'],
      },
    },
  ],
  'What shall I call the new service?': [
    {
      ask: { requestId: 'name', request: 'question', prompt: 'What does the service do, in a sentence?' },
      after: [{ say: 'Then call it **{answer}**.' }],
    },
  ],
  'Fetch the exchange rates': [
    {
      tool: 'http_get',
      input: { url: 'https://rates.example/latest' },
      output: 'connect ECONNREFUSED',
      ok: false,
      ms: 20,
    },
    { event: { type: 'retry', reason: 'unavailable', delayMs: 10 } },
    { fail: 'auth', message: 'The model provider refused the key: 401 Unauthorized.' },
  ],
  'Index the archive': [
    { think: 'There are many documents. I go through them one by one.' },
    { tool: 'list_files', input: { path: 'archive' }, output: { files: 4211 }, ms: 15 },
    { event: { type: 'status', text: 'Reading document 17 of 4211' } },
    { hang: true },
  ],
  'Make a chart': [
    { say: 'Here is the chart.' },
    { event: { type: 'usage', inputTokens: 830, outputTokens: 44, costUsd: 0.0011, model: 'claude-sonnet-4-5' } },
    {
      event: {
        type: 'file',
        file: {
          kind: 'file',
          name: 'chart.svg',
          mediaType: 'image/svg+xml',
          data: btoa('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'),
        },
      },
    },
    {
      event: {
        type: 'file',
        file: { kind: 'file', name: 'figures.csv', mediaType: 'text/csv', data: btoa('a,b\n1,2\n') },
      },
    },
  ],
  'Be hostile': HOSTILE_STEPS,
  'Be hostile and ask': HOSTILE_QUESTION,
};
