import { expect, it } from 'vitest';
import { BodyRoom } from '../../../src/serving/http/requests/body-room.js';
import { ManualClock } from '../../support/manual-clock.js';

const MEGABYTE = 1_000_000;

/** Enters in order, and shows which are inside. */
function entering(room: BodyRoom) {
  const inside: string[] = [];
  const leaves = new Map<string, () => void>();
  const enter = async (name: string, bytes: number) => {
    const leave = await room.enter(bytes);
    inside.push(name);
    leaves.set(name, () => {
      inside.splice(inside.indexOf(name), 1);
      leave();
    });
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { inside, enter, leave: (name: string) => leaves.get(name)?.(), settled };
}

it('large bodies wait for room in the order of their arrival, and small ones never wait', async () => {
  const { inside, enter, leave, settled } = entering(new BodyRoom(10 * MEGABYTE));
  for (const name of ['a', 'b']) void enter(name, 5 * MEGABYTE);
  void enter('c', 8 * MEGABYTE);
  void enter('d', MEGABYTE);
  void enter('small', 1_000);
  await settled();
  expect(inside).toEqual(['a', 'b', 'small']);
  leave('a');
  await settled();
  expect(inside).toEqual(['b', 'small']);
  leave('b');
  await settled();
  expect(inside).toEqual(['small', 'c', 'd']);
});

it('a body larger than all of the room gets it alone', async () => {
  const { inside, enter, leave, settled } = entering(new BodyRoom(MEGABYTE));
  void enter('a', MEGABYTE);
  void enter('huge', 9 * MEGABYTE);
  void enter('b', MEGABYTE);
  await settled();
  leave('a');
  await settled();
  expect(inside).toEqual(['huge']);
  leave('huge');
  await settled();
  expect(inside).toEqual(['b']);
});

it('a client that is slow for ten seconds keeps no other out, and gives its room back only once', async () => {
  const clock = new ManualClock();
  const { inside, enter, leave, settled } = entering(new BodyRoom(MEGABYTE, clock));
  void enter('slow', MEGABYTE);
  void enter('a', MEGABYTE);
  void enter('b', MEGABYTE);
  await clock.pass(9_999);
  expect(inside).toEqual(['slow']);
  await clock.pass(1);
  await settled();
  expect(inside).toEqual(['slow', 'a']);
  leave('slow');
  await settled();
  expect(inside).toEqual(['a']);
});
