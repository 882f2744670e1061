import { expect, it } from 'vitest';
import { copyTask, fold } from '../../../src/tasks/events/fold.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { answerOf } from '../../support/a2a-client.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { addTask, canceled, claim, completed, existing, newTask, words } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const DONE = { result: { kind: 'completed', finalText: '' } } as const;
const TASKS = 40;

/** Writes that come at once share a transaction. */
export function commitRules(kind: StoreKind): void {
  it('a refused write does not affect the writes of other tasks that come with it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const records = await Promise.all(Array.from({ length: TASKS }, () => addTask(here.log)));
    const writers = (await Promise.all(records.map((record) => claim(here.log, record)))) as TaskWriter[];
    const [stale, ended] = [writers[3]?.record.taskId ?? '', writers[5]?.record.taskId ?? ''];
    await claim(here.log, await existing(here.log, stale), 'boot-2');
    await here.log.settle(ended, canceled(await existing(here.log, ended)));
    const outcomes = await Promise.allSettled(writers.map((writer) => writer.append([words(writer.record, 'said')])));
    for (const [index, outcome] of outcomes.entries()) {
      const { taskId } = (writers[index] as TaskWriter).record;
      const refusal = taskId === stale ? 'STALE_ATTEMPT' : taskId === ended ? 'TASK_TERMINAL' : undefined;
      if (refusal) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: refusal } });
      else expect(outcome.status).toBe('fulfilled');
      expect(answerOf((await existing(there.log, taskId)).task)).toBe(refusal ? '' : 'said');
    }
  });

  it('of writes that come at once, each task has all of its own events, in order', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const one = async () => {
      const record = await addTask(here.log);
      const writer = (await claim(here.log, record)) as TaskWriter;
      const writes: Promise<unknown>[] = [];
      for (let step = 0; step < 8; step++) {
        const events = [words(record, ` ${step}`, step > 0)];
        if (random() < 0.3) writes.push(writer.saveCheckpoint({ step }, events).written);
        else writes.push(writer.append(events));
        if (random() < 0.3) await writes.at(-1);
      }
      if (random() < 0.5) writes.push(writer.finish([completed(record)], DONE));
      else writes.push(Promise.all(writes).then(() => here.log.settle(record.taskId, canceled(record))));
      await Promise.all(writes);
      return record;
    };
    const records = await Promise.all(Array.from({ length: TASKS }, one));
    for (const record of records) {
      const events = await there.log.read.eventsAfter(record.taskId, 0);
      const stored = await existing(there.log, record.taskId);
      const whole = copyTask(record.task);
      for (const { event } of events) fold(whole, event);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect([stored.terminal, stored.seq, stored.task], `seed ${seed}`).toEqual([true, events.length, whole]);
      expect(answerOf(stored.task)).toBe(' 0 1 2 3 4 5 6 7');
    }
  });

  it('an end from outside that comes with the last words of its task holds either these words or none after it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const records = await Promise.all(Array.from({ length: TASKS }, () => addTask(here.log)));
    const writers = (await Promise.all(records.map((record) => claim(here.log, record)))) as TaskWriter[];
    const outcomes = await Promise.all(
      writers.map(async (writer, index) => {
        const append = () => writer.append([words(writer.record, 'said')]);
        const settle = () => here.log.settle(writer.record.taskId, canceled(writer.record));
        const isAppendFirst = index % 2 === 0;
        const [first, second] = isAppendFirst ? [append, settle] : [settle, append];
        const [one, other] = await Promise.allSettled([first(), second()]);
        return (isAppendFirst ? one : other).status === 'fulfilled' ? 'said' : '';
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['said', '']));
    for (const [index, { taskId }] of records.entries()) {
      const stored = await existing(there.log, taskId);
      expect([stored.terminal, answerOf(stored.task)]).toEqual([true, outcomes[index]]);
    }
  });

  it('messages that come at once are each accepted, known or refused on their own', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const ids = Array.from({ length: TASKS }, (_, index) => `m-${index % 10}`);
    const outcomes = await Promise.all(ids.map((id) => here.log.create(newTask(id)).catch(() => 'failed' as const)));
    expect(outcomes.filter((outcome) => outcome !== 'failed' && 'head' in outcome)).toHaveLength(10);
    expect((await there.log.read.list({ owner: 'ann', pageSize: 100 })).total).toBe(10);
  });
}
