import { expect, it } from 'vitest';
import type { NewDelegation } from '../../../src/tasks/team/delegation.js';
import type { StoreKind } from '../task-store-contract.js';
import { twoStores } from './two-stores.js';

const WANTED: NewDelegation = {
  owner: 'ann',
  parentTask: 'p',
  peerId: 'peer',
  peerName: 'Peer',
  url: 'http://peer',
  text: 'do it',
  mode: 'wait',
  files: [{ name: 'a.txt', mediaType: 'text/plain', bytes: Buffer.from([0, 255, 1]) }],
  follower: 'b1',
  isReported: false,
};

/** As the boot knows it that follows it. */
function followed(id: string, follower: string | undefined = 'b1') {
  return { id, follower };
}

export function teamRules(kind: StoreKind): void {
  it('the same task for the same peer is one delegation, unless that has failed', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const begun = await Promise.all([one.begin(WANTED), two.begin(WANTED), one.begin(WANTED)]);
    const { id } = begun[0];
    expect(begun.map((delegation) => delegation.id)).toEqual([id, id, id]);
    expect(await two.begin({ ...WANTED, text: 'do that' })).not.toMatchObject({ id });
    await one.end(followed(id), { state: 'failed', answer: 'no' });
    const again = await two.begin(WANTED);
    expect(again).toMatchObject({ state: 'pending', attempts: 0 });
    expect(again.id).not.toBe(id);
  });

  it('the delegations of a task are deleted, except one that has not ended or whose answer was not delivered', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const completed = { state: 'completed', answer: 'yes' } as const;
    const ended = await one.begin(WANTED);
    const open = await one.begin({ ...WANTED, text: 'open' });
    const late = await one.begin({ ...WANTED, text: 'late', mode: 'later' });
    const other = await one.begin({ ...WANTED, parentTask: 'other' });
    for (const { id } of [ended, late, other]) await one.end(followed(id), completed);
    await two.removeOf(['p', 'no-such-task']);
    const isKept = async ({ id }: { readonly id: string }) => (await one.get(id)) !== undefined;
    expect(await Promise.all([ended, open, late, other].map(isKept))).toEqual([false, true, true, true]);
    await one.reported(late.id);
    await two.removeOf(['p']);
    expect(await isKept(late)).toBe(false);
  });

  it('a delegation ends once, and its end deletes its files', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const { id } = await one.begin(WANTED);
    expect(await two.files(id)).toEqual(WANTED.files);
    await one.attempted(followed(id), 3);
    await one.sent(followed(id), 'remote');
    expect(await two.get(id)).toMatchObject({ attempts: 3, state: 'sent', remoteTask: 'remote' });
    const ends = await Promise.all([
      one.end(followed(id), { state: 'completed', answer: 'yes' }),
      two.end(followed(id), { state: 'canceled', answer: 'no' }),
    ]);
    expect(ends[0]).toEqual(ends[1]);
    await two.sent(followed(id), 'late');
    expect(await one.get(id)).toEqual(ends[0]);
    expect(await two.files(id)).toEqual([]);
  });

  it('open delegations, and those of mode `later` without a delivery, are listed as unsettled', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const open = await one.begin(WANTED);
    const later = await one.begin({ ...WANTED, text: 'later', mode: 'later' });
    const over = await one.begin({ ...WANTED, text: 'over' });
    for (const { id } of [later, over]) await one.end(followed(id), { state: 'completed', answer: 'yes' });
    const ids = async () => (await two.unsettled()).map(({ id }) => id).sort();
    expect(await ids()).toEqual([open.id, later.id].sort());
    await one.reported(later.id);
    expect(await ids()).toEqual([open.id]);
  });

  it('one boot follows a delegation, and only that one writes to it', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const { id } = await one.begin(WANTED);
    expect(await two.begin({ ...WANTED, follower: 'b2' })).toMatchObject({ id, follower: 'b1' });
    const taken = await Promise.all([one.follow(id, 'b2', 'b1'), two.follow(id, 'b3', 'b1')]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    const follower = taken[0] ? 'b2' : 'b3';
    expect(await one.attempted(followed(id), 2)).toBe(false);
    await one.sent(followed(id), 'of the one before');
    expect(await one.end(followed(id), { state: 'failed', answer: 'too slow' })).toMatchObject({ state: 'pending' });
    expect(await one.files(id)).toEqual(WANTED.files);
    expect(await two.attempted(followed(id, follower), 2)).toBe(true);
    await two.leave(follower);
    expect(await one.get(id)).toMatchObject({ follower: undefined, attempts: 2 });
    expect(await one.follow(id, 'b4', undefined)).toBe(true);
    expect(await one.end(followed(id, 'b4'), { state: 'completed', answer: 'yes' })).toMatchObject({ answer: 'yes' });
  });

  it('the beginning, the end and the answer of a delegation are reported once, and what may have been sent is in doubt', async () => {
    await using stores = await twoStores(kind);
    const { delegations, delegationReports: reports } = stores.here.team;
    const told = stores.there.team.delegationReports;
    const { id } = await delegations.begin({ ...WANTED, isReported: true });
    const quiet = await delegations.begin({ ...WANTED, text: 'through the platform' });
    expect(await told.next(10)).toMatchObject([{ id, report: 'begin', isInDoubt: false }]);
    await reports.set(id, 'begin', true);
    expect(await told.next(10)).toMatchObject([{ id, report: 'begin', isInDoubt: true }]);
    await reports.set(id, 'end', false);
    expect(await told.next(10)).toEqual([]);
    for (const each of [id, quiet.id]) await delegations.end(followed(each), { state: 'completed', answer: 'yes' });
    expect(await told.next(10)).toMatchObject([{ id, answer: 'yes', report: 'end', isInDoubt: false }]);
    await reports.set(id, 'answer', true);
    expect(await told.next(10)).toMatchObject([{ id, report: 'answer', isInDoubt: true }]);
    await reports.sent(id);
    expect(await told.next(10)).toEqual([]);
  });

  it('all processes know the same of the platform, and of the work of each', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.platform, stores.there.team.platform];
    expect(await one.facts()).toEqual({});
    await one.set('token', 'first');
    await two.set('token', 'second');
    await two.set('away', 'yes');
    expect(await one.facts()).toEqual({ token: 'second', away: 'yes' });
    await one.setWork('b1', '1');
    await one.setWork('b2', '2');
    await one.setWork('b1', '3');
    expect(await two.work()).toHaveLength(2);
    await two.removeWork(['b2', 'b9']);
    expect(await one.work()).toEqual([{ boot: 'b1', work: '3' }]);
  });

  it('memories are listed newest first, also those of one moment, and filtered by word, scope and namespace', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.memories, stores.there.team.memories];
    for (let index = 0; index < 20; index++) {
      const memories = index % 2 ? one : two;
      const scope = index < 10 ? 'LOCAL' : 'TEAM';
      await memories.commit({
        owner: 'ann',
        content: `Note ${index} of ${index % 2 ? 'Ann' : 'Bob'}`,
        scope,
        namespace: `n${index % 3}`,
      });
    }
    const recalled = async (query: Partial<Parameters<typeof one.recall>[0]>) =>
      (await two.recall({ owner: 'ann', text: '', limit: 100, ...query })).map(({ content }) =>
        Number(String(content).split(' ')[1]),
      );
    expect(await recalled({})).toEqual(Array.from({ length: 20 }, (_, index) => 19 - index));
    expect(await recalled({ text: 'note ANN', scope: 'LOCAL', limit: 2 })).toEqual([9, 7]);
    expect(await recalled({ namespace: 'n2', scope: 'TEAM' })).toEqual([17, 14, 11]);
    for (const scope of [undefined, 'LOCAL', 'TEAM', 'GLOBAL'] as const) {
      expect(await recalled({ owner: 'bob', scope })).toEqual([]);
    }
  });

  it('a mark is set once for an owner, for all processes', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.marks, stores.there.team.marks];
    expect(await one.has('done', 'ann')).toBe(false);
    await Promise.all([one.set('done', 'ann'), two.set('done', 'ann')]);
    const has = [one.has('done', 'ann'), two.has('done', 'ann'), two.has('other', 'ann'), two.has('done', 'bob')];
    expect(await Promise.all(has)).toEqual([true, true, false, false]);
  });

  it('the number of a mark grows with each call, in all processes', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.marks, stores.there.team.marks];
    expect(await one.numberOf('work', '')).toBe(0);
    const numbers = await Promise.all([one.next('work', ''), two.next('work', ''), one.next('work', '')]);
    expect(new Set(numbers).size).toBe(3);
    expect(await two.numberOf('work', '')).toBe(Math.max(...numbers));
    expect(await two.next('work', 'ann')).toBeLessThanOrEqual(Date.now());
  });

  if (kind.isShared)
    it('stored records are kept when the store is opened again', async () => {
      await using stores = await twoStores(kind);
      const { id } = await stores.here.team.delegations.begin(WANTED);
      await stores.here.team.marks.set('done', 'ann');
      await stores.here[Symbol.asyncDispose]();
      await stores.there[Symbol.asyncDispose]();
      const { team } = await stores.place.open();
      expect(await team.delegations.get(id)).toMatchObject({ text: 'do it', state: 'pending' });
      expect(await team.delegations.files(id)).toEqual(WANTED.files);
      expect(await team.marks.has('done', 'ann')).toBe(true);
    });
}
