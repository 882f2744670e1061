import { expect, it } from 'vitest';
import { copyTask, fold } from '../../../src/tasks/events/fold.js';
import type { LoggedEvent, TaskEvent } from '../../../src/tasks/events/task-event.js';
import type { TaskRecord } from '../../../src/tasks/log/records.js';
import type { TaskLog } from '../../../src/tasks/log/task-log.js';
import type { TaskWriter } from '../../../src/tasks/log/task-writer.js';
import { answerOf } from '../../support/a2a-client.js';
import { freshSeed, randomFrom } from '../../support/random.js';
import { addTask, canceled, claim, completed, existing, words, working } from '../log/open-log.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

export function historyRules(kind: StoreKind): void {
  it('chunks and later events make the same task as all events from the beginning', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const whole = copyTask(record.task);
    const writer = await claim(here.log, record);
    for (let round = 0; round < 80; round++) {
      await writer?.append(Array.from({ length: 1 + random() * 3 }, () => randomEvent(record, random)));
      if (random() > 0.2) continue;
      const sofar = copyTask(record.task);
      for (const { event } of await allEvents(there.log, record.taskId)) fold(sofar, event);
      expect((await existing(there.log, record.taskId)).task, `seed ${seed}, round ${round}`).toEqual(sofar);
    }
    const events = await allEvents(there.log, record.taskId);
    for (const { event } of events) fold(whole, event);
    const stored = await existing(there.log, record.taskId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(stored.seq).toBe(events.length);
    expect(stored.task, `seed ${seed}`).toEqual(whole);
  });

  it('in any history only the latest claim writes, nothing follows an end, and each event has the next number', async () => {
    const seed = freshSeed();
    const random = randomFrom(seed);
    await using stores = await twoStores(kind);
    const logs = [stores.here.log, stores.there.log];
    const anyLog = () => logs[Math.floor(random() * 2)] as TaskLog;
    for (let history = 0; history < 12; history++) {
      const record = await addTask(anyLog());
      const { taskId } = record;
      const whole = copyTask(record.task);
      const writers: TaskWriter[] = [];
      const refusals = new Map<TaskWriter, string>();
      let over = false;
      let fence = 0;
      for (let step = 0; step < 25; step++) {
        const where = `seed ${seed}, history ${history}, step ${step}`;
        const chance = random();
        if (chance < 0.2) {
          const writer = await claim(anyLog(), await existing(anyLog(), taskId), `boot-${step}`);
          expect(writer !== undefined, where).toBe(!over);
          if (writer) writers.push(writer);
          if (writer) fence++;
        } else if (chance < 0.24) {
          const settled = await anyLog().settle(taskId, canceled(record));
          expect(settled !== undefined, where).toBe(!over);
          if (settled) fence++;
          over = true;
        } else if (writers.length > 0) {
          const index = Math.floor(random() * writers.length);
          const writer = writers[index] as TaskWriter;
          const mayWrite = !over && index === writers.length - 1;
          const wrote = await randomWrite(writer, record, random).then(
            (ended) => {
              over ||= ended;
              return true;
            },
            (error: { readonly code?: unknown }) => {
              // If a writer was refused once, every later write is refused for the same reason.
              const expected = refusals.get(writer) ?? (over ? 'TASK_TERMINAL' : 'STALE_ATTEMPT');
              expect(error.code, where).toBe(expected);
              refusals.set(writer, expected);
              return false;
            },
          );
          expect(wrote, where).toBe(mayWrite);
        }
        const stored = await existing(anyLog(), taskId);
        expect([stored.terminal, stored.fence], where).toEqual([over, fence]);
      }
      const events = await allEvents(anyLog(), taskId);
      const stored = await existing(anyLog(), taskId);
      for (const { event } of events) fold(whole, event);
      const told = `seed ${seed}, history ${history}`;
      expect(
        events.map(({ seq }) => seq),
        told,
      ).toEqual(events.map((_, index) => index + 1));
      expect([stored.seq, stored.task], told).toEqual([events.length, whole]);
    }
  });

  it('a checkpoint and the events before it are written together, and the next attempt gets it', async () => {
    await using stores = await twoStores(kind);
    const { here, there } = stores;
    const record = await addTask(here.log);
    const writer = await claim(here.log, record);
    await writer?.saveCheckpoint({ step: 1 }).written;
    await writer?.saveCheckpoint({ step: 2 }, [words(record, 'two')]).written;
    const stored = await existing(there.log, record.taskId);
    expect([answerOf(stored.task), stored.checkpoint]).toEqual(['two', { step: 2 }]);
    const next = await claim(there.log, stored, 'boot-2');
    expect(next?.record.checkpoint).toEqual({ step: 2 });
  });

  it('the events of tasks that ended long ago are deleted, and the tasks are kept', async () => {
    await using stores = await twoStores(kind);
    const { log } = stores.here;
    const [over, running] = [await addTask(log), await addTask(log)];
    for (const record of [over, running]) await (await claim(log, record))?.append([words(record, 'text', false)]);
    await log.settle(over.taskId, completed(over));
    const before = await existing(log, over.taskId);
    await log.compact(Date.now() - 60_000);
    expect(await allEvents(log, over.taskId)).toHaveLength(3);
    await log.compact(Date.now() + 60_000);
    expect(await allEvents(log, over.taskId)).toHaveLength(0);
    expect(await allEvents(log, running.taskId)).toHaveLength(2);
    expect(await existing(log, over.taskId)).toEqual(before);
  });

  if (kind.isShared)
    it('an existing log is opened with all that it holds', async () => {
      await using place = await kind.place();
      const store = await place.open();
      const record = await addTask(store.log);
      const writer = await claim(store.log, record);
      await writer?.append([words(record, 'kept', false)]);
      await writer?.saveCheckpoint({ step: 3 }).written;
      await store[Symbol.asyncDispose]();
      const again = await place.open();
      const kept = await existing(again.log, record.taskId);
      expect([answerOf(kept.task), kept.checkpoint, kept.attempt]).toEqual(['kept', { step: 3 }, 1]);
      expect(await again.log.read.unfinishedClaims()).toHaveLength(1);
    });
}

/** @returns true if the write ended the task */
async function randomWrite(writer: TaskWriter, record: TaskRecord, random: () => number): Promise<boolean> {
  const chance = random();
  if (chance < 0.1) {
    await writer.finish([completed(record)], { result: { kind: 'completed', finalText: '' } });
    return true;
  }
  if (chance < 0.2) await writer.nextAttempt();
  else if (chance < 0.4) await writer.saveCheckpoint({ at: random() }, [randomEvent(record, random)]).written;
  else await writer.append([randomEvent(record, random)]);
  return false;
}

function randomEvent(record: TaskRecord, random: () => number): TaskEvent {
  const chance = random();
  const id = `artifact-${Math.floor(random() * 3)}`;
  if (chance < 0.1) return working(record);
  if (chance < 0.2) return words(record, `anew ${random()}`, false, id);
  if (chance < 0.3) return words(record, 'x'.repeat(20_000), true, id);
  return words(record, ` ${random()}`, true, id);
}

async function allEvents(log: TaskLog, taskId: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (;;) {
    const more = await log.read.eventsAfter(taskId, events.at(-1)?.seq ?? 0);
    if (more.length === 0) return events;
    events.push(...more);
  }
}
