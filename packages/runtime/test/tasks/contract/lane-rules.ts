import { TaskState } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { statusEvent } from '../../../src/tasks/events/a2a-events.js';
import type { ClaimOutcome } from '../../../src/tasks/log/claim-turn.js';
import type { TaskHead } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { TaskLogError } from '../../../src/tasks/task-log-error.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { addTask, canceled, completed, existing, newTask, working } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { answer } from './message-rules.js';
import { twoStores } from './two-stores.js';

const DONE = { result: { kind: 'completed', finalText: '' } } as const;

/** Rules for the turns of one conversation, whichever processes run them. */
export function laneRules(kind: StoreKind): void {
  it('of many concurrent claims in one conversation one succeeds: of the turn that was accepted first', async () => {
    await using stores = await twoStores(kind);
    const logs = [stores.here.log, stores.there.log];
    const heads: TaskHead[] = [];
    for (let index = 0; index < 6; index++) heads.push(await inContext(logs[index % 2] as TaskLog));
    expect(heads.map(({ accepted }) => accepted)).toEqual(heads.map(({ accepted }) => accepted).sort((a, b) => a - b));
    expect(new Set(heads.map(({ accepted }) => accepted)).size).toBe(heads.length);
    const claims = heads.toReversed().map((head, index) => tryClaim(logs[index % 2] as TaskLog, head, `boot-${index}`));
    const outcomes = (await Promise.all(claims)).toReversed();
    expect(outcomes.map((outcome) => writerOf(outcome) !== undefined)).toEqual(heads.map((_, index) => index === 0));
    expect(outcomes[1]).toMatchObject({ behind: [{ taskId: heads[0]?.taskId }] });
  });

  it('a turn is claimed while those of other conversations and owners are engaged or wait', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    await claimed(here.log, await inContext(here.log), 'boot-1');
    await inContext(here.log);
    const other = await addTask(there.log, crypto.randomUUID(), 'c-2');
    await claimed(there.log, other, 'boot-2');
    const task = newTask(crypto.randomUUID(), CONTEXT);
    await there.log.create({ ...task, key: { ...task.key, owner: 'bob' } });
    await claimed(there.log, await existing(there.log, task.input.taskId), 'boot-2');
  });

  it('after a turn whose engine has ended the next one begins at once, and otherwise when its engine has ended', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second, third] = [await inContext(here.log), await inContext(there.log), await inContext(here.log)];
    const one = await claimed(here.log, first, 'boot-1');
    await one.finish([completed(first)], DONE);
    expect(one.isEngaged).toBe(false);
    const two = await claimed(there.log, second, 'boot-2');
    const { promise, resolve } = Promise.withResolvers<void>();
    two.engineEnds(promise);
    await two.finish([completed(second)], DONE);
    expect(two.isEngaged).toBe(true);
    const refused = { behind: [{ taskId: second.taskId, engaged: 'boot-2', unfinished: false }] };
    expect(await tryClaim(here.log, third, 'boot-1')).toEqual(refused);
    resolve();
    await here.log.disengage(second.taskId, 'boot-1');
    expect(await tryClaim(here.log, third, 'boot-1')).toEqual(refused);
    await there.log.disengage(second.taskId, 'boot-2');
    await claimed(here.log, third, 'boot-1');
  });

  it('a canceled turn keeps its conversation until its engine has ended', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second] = [await inContext(here.log), await inContext(there.log)];
    await claimed(here.log, first, 'boot-1');
    await there.log.settle(first.taskId, canceled(first));
    expect(await tryClaim(there.log, second, 'boot-2')).toMatchObject({ behind: [{ taskId: first.taskId }] });
    await here.log.disengage(first.taskId, 'boot-1');
    await claimed(there.log, second, 'boot-2');
  });

  it('a turn that was canceled before it began lets the next one begin', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second] = [await inContext(here.log), await inContext(there.log)];
    await here.log.settle(first.taskId, canceled(first));
    await claimed(there.log, second, 'boot-2');
    expect(await tryClaim(there.log, first, 'boot-2')).toBeUndefined();
  });

  it('a waiting turn that was canceled is lost to a claim, also while others begin before it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second] = [await inContext(here.log), await inContext(there.log)];
    await claimed(here.log, first, 'boot-1');
    await here.log.settle(second.taskId, canceled(second));
    expect(await tryClaim(there.log, second, 'boot-2')).toBeUndefined();
  });

  it('the turn of an ended boot is taken over, and keeps its conversation meanwhile', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const [first, second] = [await inContext(here.log), await inContext(there.log)];
    await claimed(here.log, first, 'boot-1');
    const refused = { behind: [{ taskId: first.taskId, engaged: 'boot-1', unfinished: true }] };
    expect(await tryClaim(there.log, second, 'boot-2')).toEqual(refused);
    const again = await claimed(there.log, await existing(there.log, first.taskId), 'boot-2');
    await here.log.disengage(first.taskId, 'boot-1');
    expect(await tryClaim(there.log, second, 'boot-2')).toMatchObject({ behind: [{ engaged: 'boot-2' }] });
    await again.finish([completed(first)], DONE);
    await claimed(there.log, second, 'boot-2');
  });

  it('the answer to a question is claimed when the engine that asked has ended, and counts from when it was accepted', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const asking = await inContext(here.log);
    const writer = await claimed(here.log, asking, 'boot-1');
    const ended = Promise.withResolvers<void>();
    writer.engineEnds(ended.promise);
    const question = statusEvent(asking, TaskState.TASK_STATE_INPUT_REQUIRED);
    await writer.finish([question], {
      result: { kind: 'input-required', prompt: 'Which?' },
      pending: { requestId: 'r', request: 'question', choices: [] },
    });
    const newer = await inContext(here.log);
    const next = await answered(there.log, await existing(there.log, asking.taskId));
    expect(next.accepted).toBeGreaterThan(newer.accepted);
    expect(await tryClaim(there.log, next, 'boot-2')).toMatchObject({
      behind: expect.arrayContaining([
        { taskId: asking.taskId, engaged: 'boot-1', unfinished: false },
        { taskId: newer.taskId, engaged: undefined, unfinished: false },
      ]),
    });
    await here.log.disengage(asking.taskId, 'boot-1');
    expect(await tryClaim(there.log, next, 'boot-2')).toMatchObject({ behind: [{ taskId: newer.taskId }] });
    await (await claimed(here.log, newer, 'boot-1')).finish([completed(newer)], DONE);
    await claimed(there.log, next, 'boot-2');
  });

  it('whatever is claimed, ended, canceled and disengaged at once: never two engines in one conversation, and each turn in its order', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    await using stores = await twoStores(kind);
    const logs = [stores.here.log, stores.there.log];
    const heads: TaskHead[] = [];
    for (let index = 0; index < 24; index++) heads.push(await inContext(logs[index % 2] as TaskLog, `c-${index % 3}`));
    const canceling = heads.filter((_, index) => index % 7 === 6);
    const engaged = new Map<string, string>();
    const begun: TaskHead[] = [];
    const run = async (head: TaskHead, index: number) => {
      const log = logs[Math.floor(random() * 2)] as TaskLog;
      const boot = `boot-${index}`;
      for (;;) {
        const outcome = await tryClaim(log, head, boot);
        const writer = writerOf(outcome);
        if (outcome && !writer) continue;
        if (!writer) return;
        expect(engaged.get(head.contextId), `seed ${seed}`).toBeUndefined();
        engaged.set(head.contextId, boot);
        begun.push(head);
        if (random() < 0.3) {
          await log.settle(head.taskId, canceled(head));
          engaged.delete(head.contextId);
          await log.disengage(head.taskId, boot);
        } else {
          engaged.delete(head.contextId);
          const ended = await Promise.allSettled([writer.finish([completed(head)], DONE)]);
          if (ended[0].status === 'fulfilled') return;
          // It was canceled between its claim and its end.
          expect([canceling.includes(head), TaskLogError.is(ended[0].reason)], `seed ${seed}`).toEqual([true, true]);
          await log.disengage(head.taskId, boot);
        }
        return;
      }
    };
    await Promise.all([
      ...heads.map(run),
      ...canceling.map((head) => stores.there.log.settle(head.taskId, canceled(head))),
    ]);
    for (const context of ['c-0', 'c-1', 'c-2']) {
      const order = begun.filter(({ contextId }) => contextId === context).map(({ accepted }) => accepted);
      expect(order, `seed ${seed}`).toEqual([...order].sort((a, b) => a - b));
    }
    expect(begun.length).toBeGreaterThanOrEqual(heads.length - canceling.length);
  });
}

const CONTEXT = 'c-1';

function inContext(log: TaskLog, context = CONTEXT): Promise<TaskHead> {
  return addTask(log, crypto.randomUUID(), context);
}

function tryClaim(log: TaskLog, head: TaskHead, runner: string): Promise<ClaimOutcome> {
  return log.claim(head, { turn: head.turn, runner, durable: false, fence: head.fence }, working(head));
}

function writerOf(outcome: ClaimOutcome): TaskWriter | undefined {
  return outcome && 'writer' in outcome ? outcome.writer : undefined;
}

async function claimed(log: TaskLog, head: TaskHead, runner: string): Promise<TaskWriter> {
  const outcome = await tryClaim(log, head, runner);
  const writer = writerOf(outcome);
  if (!writer) throw new Error(`The turn was not claimed: ${JSON.stringify(outcome)}`);
  return writer;
}

async function answered(log: TaskLog, record: Awaited<ReturnType<typeof existing>>): Promise<TaskHead> {
  const begun = await log.beginTurn(answer(record, `answer to ${record.taskId}`));
  if (begun === 'taken' || 'known' in begun) throw new Error('The answer was not accepted.');
  return begun.head;
}
