import { describe, expect, it } from 'vitest';
import type { Message, Task } from '../../src/api/a2a.js';
import { EventFold } from '../../src/conversation/fold-events.js';
import { turnsOfTask } from '../../src/conversation/turns-of-task.js';

const said = (messageId: string, text: string): Message => ({ messageId, role: 'ROLE_USER', parts: [{ text }] });
const asked = (messageId: string, text: string): Message => ({ messageId, role: 'ROLE_AGENT', parts: [{ text }] });
const answer = (turn: number, text: string) => ({ artifactId: `answer-${turn}`, parts: [{ text }] });

const TASK: Task = {
  id: 't',
  contextId: 'c',
  status: { state: 'TASK_STATE_COMPLETED', timestamp: '2026-11-29T10:00:00Z' },
  history: [said('1', 'Book it'), asked('q', 'Which room?'), said('2', 'North'), said('3', 'No, South')],
  artifacts: [
    answer(2, 'Booked.'),
    { artifactId: 'file-2-1', name: 'room.ics', parts: [{ raw: 'YQ==', filename: 'room.ics' }] },
    answer(12, ' It sleeps until noon.'),
  ],
};

describe('a task as a conversation', () => {
  it('has its turns without any event, from the history and the artifacts', () => {
    expect(turnsOfTask(TASK)).toMatchObject([
      { turn: 1, messages: [{ messageId: '1' }], question: { prompt: 'Which room?' }, text: '' },
      {
        turn: 2,
        messages: [{ messageId: '2' }, { messageId: '3' }],
        text: 'Booked. It sleeps until noon.',
        attachments: [{ name: 'room.ics' }],
      },
    ]);
  });

  it('takes the answers from the artifacts if the events hold only steps', () => {
    const fold = new EventFold();
    const message = { ...asked('q', 'Which room?'), parts: [{ text: 'Which room?' }] };
    const state = (seq: number, name: string, more: object = {}) =>
      fold.add({ seq, event: { statusUpdate: { status: { state: name, ...more } } } } as never);
    state(1, 'TASK_STATE_WORKING');
    state(2, 'TASK_STATE_INPUT_REQUIRED', { message });
    state(3, 'TASK_STATE_SUBMITTED');
    state(4, 'TASK_STATE_COMPLETED');
    expect(turnsOfTask(TASK, { turns: fold.turns, complete: false })).toMatchObject([
      { messages: [{ messageId: '1' }], state: 'TASK_STATE_INPUT_REQUIRED' },
      {
        messages: [{ messageId: '2' }, { messageId: '3' }],
        text: 'Booked. It sleeps until noon.',
        state: 'TASK_STATE_COMPLETED',
      },
    ]);
  });

  it('gives no message to a turn that began because no answer came in time', () => {
    const { history: _history, ...rest } = TASK;
    const history = [said('1', 'a'), asked('q1', 'b?'), asked('q2', 'c?'), said('3', 'd')];
    const turns = turnsOfTask({ ...rest, history });
    expect(turns.map(({ messages }) => messages.map(({ messageId }) => messageId))).toEqual([['1'], [], ['3']]);
  });
});
