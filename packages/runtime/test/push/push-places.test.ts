import { expect, it } from 'vitest';
import { UnreachedPlaces } from '../../src/push/push-places.js';

it('of more places than are kept, those that have been known the longest are forgotten', () => {
  const places = new UnreachedPlaces(2);
  for (const origin of ['a', 'b', 'a', 'c']) places.add(origin);
  expect(['a', 'b', 'c', 'c'].map((origin) => places.delete(origin))).toEqual([false, true, true, false]);
});
