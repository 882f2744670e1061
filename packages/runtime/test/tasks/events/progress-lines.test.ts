import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { agentMessage, artifactEvent, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import { emptyTask, foldChunk } from '../../../src/tasks/events/chunk.js';
import { ChunkDraft } from '../../../src/tasks/events/chunk-draft.js';
import { fold } from '../../../src/tasks/events/fold.js';
import { mergeEvents } from '../../../src/tasks/events/merge-events.js';
import { progressEvent } from '../../../src/tasks/events/progress-line.js';
import { stateName } from '../../../src/tasks/events/task-event.js';

const TARGET = { taskId: 't', contextId: 'c' };

it('ten thousand progress lines leave one status in the task, and one in its chunk', () => {
  const task = emptyTask('t', 'c');
  const draft = new ChunkDraft();
  for (let line = 0; line < 10_000; line++) {
    const event = progressEvent(TARGET, `line ${line}`);
    fold(task, event);
    draft.add(event);
  }
  const chunk = draft.history() ?? '';
  expect(chunk.length).toBeLessThan(1_000);
  const read = emptyTask('t', 'c');
  foldChunk(read, chunk);
  for (const each of [task, read]) {
    expect([each.history.length, each.status?.message?.parts.map(({ content }) => content?.value)]).toEqual([
      0,
      ['line 9999'],
    ]);
  }
});

it('a question is kept in the history although a progress line follows', () => {
  const question = statusEvent(TARGET, TaskState.TASK_STATE_INPUT_REQUIRED, {
    message: agentMessage(TARGET, [textPart('Which?')]),
  });
  const events = [progressEvent(TARGET, 'before'), question, progressEvent(TARGET, 'after')];
  const folded = emptyTask('t', 'c');
  const draft = new ChunkDraft();
  for (const event of events) {
    fold(folded, event);
    draft.add(event);
  }
  const read = emptyTask('t', 'c');
  foldChunk(read, draft.history() ?? '');
  for (const { history, status } of [folded, read]) {
    expect(history.map(({ parts }) => parts[0]?.content?.value)).toEqual(['Which?']);
    expect(stateName(status?.state ?? 0)).toBe('TASK_STATE_WORKING');
  }
});

it.each([
  ['of another type', { ...textPart('b'), mediaType: 'text/markdown' }],
  ['with metadata', { ...textPart('b'), metadata: { of: 'b' } }],
])('a text %s stays a part of its own', (_, other) => {
  const piece = (part: ReturnType<typeof textPart>, append: boolean) =>
    artifactEvent(TARGET, { id: 'a', name: 'a', parts: [part] }, { append, lastChunk: false });
  expect(mergeEvents(piece(textPart('a'), false), piece(textPart('b'), true))).toBeDefined();
  expect(mergeEvents(piece(textPart('a'), false), piece(other, true))).toBeUndefined();
});
