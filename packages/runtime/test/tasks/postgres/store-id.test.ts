import { expect, it } from 'vitest';
import { emptyPostgresPlace } from '../../support/postgres/postgres-place.js';

it('all processes of a database have one id of the store, and another database has another one', async () => {
  await using place = await emptyPostgresPlace();
  await using elsewhere = await emptyPostgresPlace();
  const stores = await Promise.all([place.open(), place.open(), elsewhere.open()]);
  const [first, second, other] = stores.map(({ sharedId }) => sharedId);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
});
