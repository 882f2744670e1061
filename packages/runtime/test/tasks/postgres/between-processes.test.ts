import { expect, it } from 'vitest';
import { wallClock } from '../../../src/support/clock.js';
import { LocalChanges } from '../../../src/tasks/changes.js';
import { NotifiedChanges } from '../../../src/tasks/postgres/notified-changes.js';
import { postgresPlace } from '../../support/postgres/postgres-place.js';
import { until } from '../../support/until.js';
import { addTask, claim } from '../log/open-log.js';

it('a change reaches the listeners of another process, also after its connection was ended', async () => {
  await using place = await postgresPlace();
  const [here, there] = [await place.open(), await place.open()];
  const seen: string[] = [];
  there.changes.subscribe('turn', (taskId) => seen.push(taskId));
  const claimed = async () => {
    const record = await addTask(here.log);
    await claim(here.log, record);
    return record.taskId;
  };
  const reached = async (what: string) => {
    const ids: string[] = [];
    await until(what, async () => {
      ids.push(await claimed());
      return ids.some((id) => seen.includes(id));
    });
  };
  await reached('a hint arrives');
  await place.endConnections();
  await reached('a hint arrives on the next connection');
});

it.each(['', 'not JSON', '[]', 'null', '{"from":"x","changes":5}'])(
  'a notification that no process of this version sends (%j) says that anything may have changed',
  async (payload) => {
    const changes = new NotifiedChanges(new LocalChanges(), { clock: wallClock, send: async () => {} });
    let woken = false;
    const waiting = changes.wait({ kind: 'turn' }, AbortSignal.timeout(10_000)).then(() => {
      woken = true;
    });
    changes.received(payload);
    // Before any timer.
    await Promise.resolve();
    expect(woken).toBe(true);
    await waiting;
  },
);

it('a text with a NUL character that is part of no JSON is stored with a replacement character', async () => {
  await using place = await postgresPlace();
  const { team } = await place.open();
  const memory = { owner: 'ann', scope: 'LOCAL', namespace: 'general' } as const;
  await team.memories.commit({ ...memory, content: 'a\0b' });
  const query = { owner: 'ann', text: '', limit: 10 };
  expect(await team.memories.recall(query)).toMatchObject([{ content: 'a\u{fffd}b' }]);
});
