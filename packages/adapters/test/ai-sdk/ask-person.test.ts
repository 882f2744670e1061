import { expect, it } from 'vitest';
import { askPerson } from '../../src/ai-sdk/index.js';
import type { TurnSteps } from '../../src/index.js';

const TOOLS = { ask_person: {}, poll: { execute: async () => 'polled' } };
const asked = { type: 'tool-call', toolCallId: 'c', toolName: 'ask_person', input: { question: 'How is the roof?' } };

it('the model is told of the files that come with an answer', async () => {
  const photo = { kind: 'file', name: 'roof.png', mediaType: 'image/png', path: '/work/inbox/roof.png' } as const;
  const note = { kind: 'file', name: 'note.txt', mediaType: 'text/plain', data: btoa('It leaks.') } as const;
  const ask: TurnSteps['ask'] = async () => ({ messageId: 'm', text: 'Here.', files: [photo, note] });
  const value =
    'Here.\nThe person sent the file "roof.png" (image/png), which is at /work/inbox/roof.png.\n' +
    'The person sent the file "note.txt" (text/plain):\nIt leaks.';
  expect(await askPerson({ ask }, [asked], TOOLS)).toEqual([
    { type: 'tool-result', toolCallId: 'c', toolName: 'ask_person', output: { type: 'text', value } },
  ]);
});

it('the model is told of the data of an answer', async () => {
  const ask: TurnSteps['ask'] = async () => ({ messageId: 'm', text: '', data: { leaks: 2 } });
  expect(await askPerson({ ask }, [asked], TOOLS)).toMatchObject([
    { output: { type: 'text', value: 'Structured data:\n{"leaks":2}' } },
  ]);
});

it.each([
  [
    'a call of a tool with `execute`, whose input has a question, is asked for as an approval',
    'poll',
    { type: 'tool-approval-response', approvalId: 'a', approved: true, reason: 'approve' },
  ],
  [
    'a question that is to be approved is asked for as a question',
    'ask_person',
    { type: 'tool-result', toolCallId: 'c', toolName: 'ask_person', output: { type: 'text', value: 'approve' } },
  ],
])('all that is asked: %s', async (_, toolName, expected) => {
  const call = { ...asked, toolName };
  const prompts: string[] = [];
  const ask: TurnSteps['ask'] = async ({ prompt }) => {
    prompts.push(prompt);
    return { messageId: 'm', text: 'approve', approved: true };
  };
  const request = { type: 'tool-approval-request', approvalId: 'a', toolCall: call };
  expect(await askPerson({ ask }, [call, request], TOOLS)).toEqual([expected]);
  expect(prompts).toHaveLength(1);
});

it.each([
  ['of a tool with `execute`, which an answer that was cut leaves open', { toolName: 'poll' }],
  ['that the provider makes itself', { providerExecuted: true }],
  ['that cannot be read', { invalid: true }],
])('a call %s is no question', async (_, part) => {
  const ask = () => Promise.reject(new Error('It was asked.'));
  expect(await askPerson({ ask }, [{ ...asked, ...part }], TOOLS)).toEqual([]);
});
