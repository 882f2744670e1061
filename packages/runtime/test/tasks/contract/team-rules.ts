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
};

export function teamRules(kind: StoreKind): void {
  it('the same task for the same peer is one delegation, unless that has failed', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const begun = await Promise.all([one.begin(WANTED), two.begin(WANTED), one.begin(WANTED)]);
    const { id } = begun[0];
    expect(begun.map((delegation) => delegation.id)).toEqual([id, id, id]);
    expect(await two.begin({ ...WANTED, text: 'do that' })).not.toMatchObject({ id });
    await one.end(id, { state: 'failed', answer: 'no' });
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
    for (const { id } of [ended, late, other]) await one.end(id, completed);
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
    await one.attempted(id, 3);
    await one.sent(id, 'remote');
    expect(await two.get(id)).toMatchObject({ attempts: 3, state: 'sent', remoteTask: 'remote' });
    const ends = await Promise.all([
      one.end(id, { state: 'completed', answer: 'yes' }),
      two.end(id, { state: 'canceled', answer: 'no' }),
    ]);
    expect(ends[0]).toEqual(ends[1]);
    await two.sent(id, 'late');
    expect(await one.get(id)).toEqual(ends[0]);
    expect(await two.files(id)).toEqual([]);
  });

  it('open delegations, and those of mode `later` without a delivery, are listed as unsettled', async () => {
    await using stores = await twoStores(kind);
    const [one, two] = [stores.here.team.delegations, stores.there.team.delegations];
    const open = await one.begin(WANTED);
    const later = await one.begin({ ...WANTED, text: 'later', mode: 'later' });
    const over = await one.begin({ ...WANTED, text: 'over' });
    for (const { id } of [later, over]) await one.end(id, { state: 'completed', answer: 'yes' });
    const ids = async () => (await two.unsettled()).map(({ id }) => id).sort();
    expect(await ids()).toEqual([open.id, later.id].sort());
    await one.reported(later.id);
    expect(await ids()).toEqual([open.id]);
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
