import { TaskState } from '@a2a-js/sdk';
import type { InputAnswer } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { questionEvent } from '../../../src/tasks/events/question-event.js';
import type { TaskHead } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import { openIn, pendingInput, withAnswers } from '../../../src/tasks/open-question.js';
import type { PendingInput, PendingRequest } from '../../../src/tasks/turn-result.js';
import { addTask, canceled, claim, existing } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { answer } from './message-rules.js';
import { twoStores } from './two-stores.js';

const REQUESTS: readonly PendingRequest[] = ['a', 'b', 'c'].map((requestId) => ({
  requestId,
  request: 'question',
  prompt: `${requestId}?`,
}));

export function questionRules(kind: StoreKind): void {
  it('of answers that two processes record at once one is kept, and the other finds that the task has changed', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const waiting = await asking(here.log, REQUESTS);
    const outcomes = await Promise.all(
      [here, there].map(({ log }, index) => log.recordAnswers(partial(waiting, `m-${index}`, [given('b')]))),
    );
    expect([...outcomes].sort()).toEqual(['recorded', 'taken']);
    const after = await existing(there.log, waiting.taskId);
    expect(after).toMatchObject({ turn: 1, fence: waiting.fence, state: TaskState.TASK_STATE_INPUT_REQUIRED });
    expect(await here.log.read.question(waiting.taskId)).toEqual(withAnswers(questionOf(REQUESTS), [given('b')]));
    const winner = `m-${outcomes.indexOf('recorded')}`;
    const again = await there.log.recordAnswers(partial(after, winner, [given('b')]));
    expect(again).toEqual({ known: { taskId: waiting.taskId, turn: 1, sameContent: true } });
    const late = `m-${outcomes.indexOf('taken')}`;
    expect(await there.log.recordAnswers(partial(after, late, [given('a'), given('b')]))).toBe('recorded');
    const { task } = await existing(here.log, waiting.taskId);
    expect(task.history.map(({ parts }) => parts[0]?.content?.value)).toEqual([
      '1. a?\n2. b?\n3. c?',
      'that one',
      '1. a?\n2. c?',
      'that one',
    ]);
    expect(task.status?.message?.parts[0]?.content?.value).toBe('c?');
  });

  it('an answer and the end of its task are not both kept', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const waiting = await asking(here.log, REQUESTS);
    const [recorded, settled] = await Promise.all([
      here.log.recordAnswers(partial(waiting, 'm', [given('a')])),
      there.log.settle(waiting.taskId, canceled(waiting), { seq: waiting.seq }),
    ]);
    expect([recorded, settled?.terminal ?? false]).toEqual(
      recorded === 'recorded' ? ['recorded', false] : ['taken', true],
    );
  });

  it('a question is due when the first of its open requests expires', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, ...others] = REQUESTS.map((request, index) => ({
      ...request,
      expiresAt: new Date(1_000 * (index + 1)).toISOString(),
    }));
    if (!first) throw new Error('no request');
    const waiting = await asking(here.log, [first, ...others]);
    await asking(here.log, REQUESTS);
    const { taskId } = waiting;
    expect(await there.log.expiries.due(999)).toEqual([]);
    expect(await there.log.expiries.due(5_000)).toEqual([{ taskId, at: 1_000 }]);
    await there.log.recordAnswers(partial(waiting, 'm', [given('a')], [first, ...others]));
    expect(await here.log.expiries.due(5_000)).toEqual([{ taskId, at: 2_000 }]);
    // The look at the question before changes nothing.
    await here.log.expiries.next({ taskId, at: 1_000 }, undefined);
    expect(await here.log.expiries.due(5_000)).toEqual([{ taskId, at: 2_000 }]);
    await here.log.expiries.next({ taskId, at: 2_000 }, 4_000);
    expect(await here.log.expiries.due(3_000)).toEqual([]);
    await here.log.expiries.next({ taskId, at: 4_000 }, undefined);
    expect(await here.log.expiries.due(5_000)).toEqual([]);
  });

  it('a turn begins without a message when nobody has answered', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const waiting = await asking(here.log, REQUESTS.slice(0, 1));
    const pending = withAnswers(questionOf(REQUESTS.slice(0, 1)), [{ ...given('a'), expired: true }]);
    const { input, runner } = answer(waiting, 'expired');
    const begun = await there.log.beginTurn({ head: waiting, input, pending, runner });
    expect(begun).toMatchObject({ head: { turn: 2, state: TaskState.TASK_STATE_SUBMITTED } });
    const turn = await here.log.read.turn(waiting.taskId);
    expect(turn?.pending?.answers).toEqual([{ ...given('a'), expired: true }]);
    expect((await existing(here.log, waiting.taskId)).task.history).toHaveLength(1);
  });
}

function questionOf(requests: readonly PendingRequest[]): PendingInput {
  const question = pendingInput(requests);
  if (!question) throw new Error('nothing is asked');
  return question;
}

function given(requestId: string): InputAnswer {
  return { requestId, messageId: 'm', text: `to ${requestId}`, parts: [] };
}

function partial(
  head: Awaited<ReturnType<typeof existing>>,
  messageId: string,
  answers: readonly InputAnswer[],
  requests: readonly PendingRequest[] = REQUESTS,
) {
  const pending = withAnswers(questionOf(requests), answers);
  return { head, said: answer(head, messageId).said, pending, event: questionEvent(head, openIn(pending)) };
}

/** A task that waits for answers to the requests. */
async function asking(
  log: TaskLog,
  requests: readonly PendingRequest[],
): Promise<Awaited<ReturnType<typeof existing>>> {
  const { taskId } = await addTask(log);
  const record: TaskHead = await existing(log, taskId);
  const writer = await claim(log, record);
  const result = { kind: 'input-required', prompt: '?' } as const;
  await writer?.finish([questionEvent(record, requests)], { result, pending: questionOf(requests) });
  return existing(log, taskId);
}
