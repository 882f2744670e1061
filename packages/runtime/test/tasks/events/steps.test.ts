import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { agentMessage, ENGINE_EVENT_KEY, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import { stepOf } from '../../../src/tasks/events/step.js';
import { eventFromJson, loggedEvent } from '../../../src/tasks/events/task-event.js';
import { words } from '../log/open-log.js';

const TARGET = { taskId: 't', contextId: 'c' };
const LONG = 'x'.repeat(20_000);

function activity(event: Readonly<Record<string, string | boolean | object>>): string {
  const metadata = { [ENGINE_EVENT_KEY]: event as never };
  return loggedEvent(statusEvent(TARGET, TaskState.TASK_STATE_WORKING, { metadata }), 7).json;
}

it('keeps changes of state and activities as they are, and no pieces of text or reasoning', () => {
  const state = loggedEvent(statusEvent(TARGET, TaskState.TASK_STATE_COMPLETED), 3).json;
  expect(stepOf(state)).toEqual({ json: state, isActivity: false });
  const call = activity({ type: 'tool-call', id: '1', name: 'search', input: { query: 'a' } });
  expect(stepOf(call)).toEqual({ json: call, isActivity: true });
  expect(stepOf(activity({ type: 'reasoning-delta', text: 'hm' }))).toBeUndefined();
  expect(stepOf(loggedEvent(words(TARGET as never, 'hello'), 1).json)).toBeUndefined();
});

it('cuts long inputs, outputs and texts, and marks what it has cut', () => {
  const call = stepOf(activity({ type: 'tool-call', id: '1', name: 'write', input: { text: LONG } }));
  expect(call?.json.length).toBeLessThan(9_000);
  const event = eventFromJson(call?.json ?? '');
  expect(event.value.metadata).toMatchObject({
    'molecule.seq': 7,
    'molecule.cut': true,
    [ENGINE_EVENT_KEY]: { type: 'tool-call', id: '1', name: 'write', input: expect.stringMatching(/^\{"text":"x+$/) },
  });
  const message = agentMessage(TARGET, [textPart(`${'y'.repeat(8_191)}😀${LONG}`)]);
  const failed = stepOf(loggedEvent(statusEvent(TARGET, TaskState.TASK_STATE_FAILED, { message }), 9).json);
  expect(failed).toMatchObject({ isActivity: false });
  expect(failed?.json.length).toBeLessThan(9_000);
  expect(failed?.json).not.toMatch(/\\ud83d"/);
});
