import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/api/types.js';
import { EventFold } from '../../src/conversation/fold-events.js';

const AT = '2026-11-29T10:00:00.000Z';

function status(seq: number, state: string, rest: object = {}, message?: object): TaskEvent {
  const value = { status: { state, ...(message && { message }) }, ...rest };
  return { seq, at: AT, event: { statusUpdate: value } } as unknown as TaskEvent;
}

function activity(seq: number, event: object, at = AT): TaskEvent {
  return { ...status(seq, 'TASK_STATE_WORKING', { metadata: { 'molecule.event': event } }), at };
}

function answer(seq: number, text: string, append = true, id = 'answer-1'): TaskEvent {
  const artifact = { artifactId: id, name: 'answer', parts: [{ text }] };
  return { seq, event: { artifactUpdate: { artifact, append } } } as unknown as TaskEvent;
}

function folded(...events: readonly TaskEvent[]) {
  const fold = new EventFold();
  for (const event of events) fold.add(event);
  return fold;
}

describe('the events of a task as turns', () => {
  it('joins pieces of an answer and of a thought, and replaces an answer that was made void', () => {
    const { turns } = folded(
      status(1, 'TASK_STATE_WORKING'),
      activity(2, { type: 'reasoning-delta', text: 'I ' }),
      activity(3, { type: 'reasoning-delta', text: 'think.' }),
      answer(4, 'one ', false),
      answer(5, 'two'),
      answer(6, '', false),
      answer(7, 'three'),
    );
    expect(turns).toMatchObject([{ text: 'three', steps: [{ kind: 'thought', text: 'I think.' }] }]);
  });

  it('leaves out an event that came before, so that reading again adds nothing', () => {
    const fold = folded(answer(1, 'a', false), answer(2, 'b'));
    expect(fold.add(answer(2, 'b'))).toBe(false);
    expect(fold.add(answer(1, 'a', false))).toBe(false);
    expect(fold.turns[0]?.text).toBe('ab');
  });

  it('gives a tool call its result and its duration', () => {
    const { turns } = folded(
      activity(1, { type: 'tool-call', id: 'x', name: 'read', input: { path: 'a' } }),
      activity(2, { type: 'tool-progress', id: 'x', message: 'half' }),
      activity(3, { type: 'tool-result', id: 'x', ok: false, output: 'none' }, '2026-11-29T10:00:00.250Z'),
    );
    expect(turns[0]?.steps).toEqual([
      {
        kind: 'tool',
        id: 'x',
        name: 'read',
        input: { path: 'a' },
        progress: 'half',
        ok: false,
        output: 'none',
        ms: 250,
      },
    ]);
  });

  it('begins a turn with each answer to a question, and keeps the turn before as it was', () => {
    const question = { messageId: 'q', parts: [{ text: 'Which?' }, { data: { requestId: 'r', request: 'question' } }] };
    const fold = folded(status(1, 'TASK_STATE_WORKING'), status(2, 'TASK_STATE_INPUT_REQUIRED', {}, question));
    const [before] = fold.turns;
    expect(before?.question?.details.requests).toMatchObject([{ requestId: 'r', prompt: 'Which?' }]);
    fold.add(status(3, 'TASK_STATE_SUBMITTED'));
    fold.add(status(4, 'TASK_STATE_WORKING'));
    fold.add(answer(5, 'this', false, 'answer-2'));
    expect(fold.turns).toHaveLength(2);
    expect(fold.turns[0]).toBe(before);
    expect(fold.turns[1]).toMatchObject({ turn: 2, text: 'this', state: 'TASK_STATE_WORKING' });
  });

  it('keeps the words before a long sleep beside those after it', () => {
    const asleep = { messageId: 'm', parts: [{ text: 'Goes on at noon' }], metadata: { 'molecule.wakesAt': AT } };
    const fold = folded(answer(1, 'Good night. ', false), status(2, 'TASK_STATE_WORKING', {}, asleep));
    expect(fold.turns).toMatchObject([{ text: 'Good night. ' }, { text: '', line: 'Goes on at noon' }]);
    fold.add(answer(3, 'Good morning.', false, 'answer-2'));
    fold.add(status(4, 'TASK_STATE_COMPLETED'));
    expect(fold.turns.map(({ text }) => text)).toEqual(['Good night. ', 'Good morning.']);
  });

  it('tells attempts, lines about the work, failures and usage', () => {
    const line = { messageId: 'p', parts: [{ text: 'Reading' }] };
    const fold = folded(status(1, 'TASK_STATE_WORKING', {}, line));
    expect(fold.turns[0]?.line).toBe('Reading');
    fold.add(status(2, 'TASK_STATE_WORKING', { metadata: { 'molecule.attempt': 2 } }));
    expect(fold.turns[0]).toMatchObject({ attempt: 2, steps: [{ kind: 'attempt', attempt: 2 }] });
    expect(fold.turns[0]?.line).toBeUndefined();
    const metadata = { 'molecule.code': 'ENGINE_AUTH', 'molecule.usage': { inputTokens: 1, outputTokens: 2 } };
    fold.add(status(3, 'TASK_STATE_FAILED', { metadata }, { messageId: 'f', parts: [{ text: 'No key.' }] }));
    expect(fold.turns[0]).toMatchObject({
      failure: { code: 'ENGINE_AUTH', message: 'No key.' },
      usage: { inputTokens: 1, outputTokens: 2 },
      state: 'TASK_STATE_FAILED',
    });
  });
});
