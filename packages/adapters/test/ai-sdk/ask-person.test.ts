import { expect, it } from 'vitest';
import { askPerson } from '../../src/ai-sdk/index.js';
import type { TurnSteps } from '../../src/index.js';

it('the model is told of the files that come with an answer', async () => {
  const photo = { kind: 'file', name: 'roof.png', mediaType: 'image/png', path: '/work/inbox/roof.png' } as const;
  const note = { kind: 'file', name: 'note.txt', mediaType: 'text/plain', data: btoa('It leaks.') } as const;
  const ask: TurnSteps['ask'] = async () => ({ messageId: 'm', text: 'Here.', files: [photo, note] });
  const call = { type: 'tool-call', toolCallId: 'c', toolName: 'ask_person', input: { question: 'How is the roof?' } };
  const value =
    'Here.\nThe person sent the file "roof.png" (image/png), which is at /work/inbox/roof.png.\n' +
    'The person sent the file "note.txt" (text/plain):\nIt leaks.';
  expect(await askPerson({ ask }, [call])).toEqual([
    { type: 'tool-result', toolCallId: 'c', toolName: 'ask_person', output: { type: 'text', value } },
  ]);
});
