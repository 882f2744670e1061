import { type Task, TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { StreamedTask } from '../../../src/serving/a2a/streamed-task.js';
import { agentMessage, artifactEvent, statusEvent, textPart } from '../../../src/tasks/events/a2a-events.js';
import { textIn } from '../../../src/tasks/events/answer-artifact.js';
import { loggedEvent } from '../../../src/tasks/events/task-event.js';

const TARGET = { taskId: 't', contextId: 'c' };
const SUBMITTED: Task = {
  id: 't',
  contextId: 'c',
  status: { state: TaskState.TASK_STATE_SUBMITTED, message: undefined, timestamp: undefined },
  artifacts: [],
  history: [agentMessage(TARGET, [textPart('earlier')])],
  metadata: undefined,
};

it('a streamed task is the task before the stream with all of its events, without a history', () => {
  const streamed = new StreamedTask(SUBMITTED);
  streamed.add(loggedEvent(words('one '), 1));
  streamed.add(loggedEvent(words('two'), 2));
  streamed.add(loggedEvent(statusEvent(TARGET, TaskState.TASK_STATE_COMPLETED), 3));
  expect(streamed.task?.status?.state).toBe(TaskState.TASK_STATE_COMPLETED);
  expect(streamed.task?.artifacts.map(textIn)).toEqual(['one two']);
  expect(streamed.task?.history).toEqual([]);
  expect(SUBMITTED.artifacts).toEqual([]);
});

it('a long answer is not kept', () => {
  const streamed = new StreamedTask(SUBMITTED);
  for (let seq = 1; seq <= 70; seq++) streamed.add(loggedEvent(words('x'.repeat(1_000)), seq));
  expect(streamed.task).toBeUndefined();
});

function words(text: string) {
  return artifactEvent(
    TARGET,
    { id: 'answer-1', name: 'answer', parts: [textPart(text)] },
    { append: true, lastChunk: false },
  );
}
