import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { CALLER } from '../../../src/tasks/storage/storage-gate.js';
import { queryRows, runSql } from '../../support/postgres/fresh-database.js';
import { postgresPlace } from '../../support/postgres/postgres-place.js';

it('what no record names is removed when it is older than an hour, with the pieces of interrupted uploads', async () => {
  await using place = await postgresPlace();
  const { blobs } = await place.open();
  const stored = await Promise.all(['named', 'unnamed', 'young'].map((text) => blobs.put(Buffer.from(text), CALLER)));
  const [named = '', unnamed = '', young = ''] = stored.map(({ digest }) => digest);
  const copy = await blobs.localPath(unnamed);
  await runSql(place.url, `update blobs set stored_at = now() - interval '2 hours' where digest <> '${young}'`);
  await runSql(place.url, "insert into blob_uploads values ('old', now() - interval '2 hours'), ('new', now())");
  await runSql(place.url, "insert into blob_pieces values ('old', 0, 'x'), ('new', 0, 'x')");
  blobs.addReferences(async (digests) => new Set(digests.filter((digest) => digest === named)));
  expect(await blobs.removeUnreferenced()).toEqual({ blobs: 1, bytes: 'unnamed'.length });
  expect(await Promise.all([named, unnamed, young].map((digest) => blobs.size(digest)))).toEqual([5, undefined, 5]);
  expect(await queryRows(place.url, 'select id from blob_uploads')).toEqual([{ id: 'new' }]);
  expect(await queryRows(place.url, 'select count(*)::int as pieces from blob_pieces')).toEqual([{ pieces: 3 }]);
  // The copy on this machine is young.
  expect(await readdir(dirname(copy))).toEqual([unnamed]);
});

it('a blob that is stored again while its references are looked up stays', async () => {
  await using place = await postgresPlace();
  const { blobs } = await place.open();
  const { digest } = await blobs.put(Buffer.from('again'), CALLER);
  await runSql(place.url, "update blobs set stored_at = now() - interval '2 hours'");
  blobs.addReferences(async () => {
    await blobs.put(Buffer.from('again'), CALLER);
    return new Set();
  });
  expect(await blobs.removeUnreferenced()).toEqual({ blobs: 0, bytes: 0 });
  expect(await blobs.size(digest)).toBe(5);
});

it('the same bytes as one piece or as many small ones are one blob, and leave no other pieces', async () => {
  await using place = await postgresPlace();
  const { blobs } = await place.open();
  const bytes = Buffer.alloc(2 * 1024 * 1024 + 5, 'abc');
  const small = async function* () {
    for (let at = 0; at < bytes.length; at += 7_001) yield bytes.subarray(at, at + 7_001);
  };
  expect(await blobs.put(small, CALLER)).toEqual(await blobs.put(bytes, CALLER));
  expect(await blobs.put(small, CALLER)).toMatchObject({ bytes: bytes.length });
  const pieces = await queryRows(
    place.url,
    'select ordinal, length(content) as bytes from blob_pieces order by ordinal',
  );
  expect(pieces).toEqual([
    { ordinal: 0, bytes: 1_048_576 },
    { ordinal: 1, bytes: 1_048_576 },
    { ordinal: 2, bytes: 5 },
  ]);
});

it('an upload whose pieces were removed, because it took too long, becomes no blob', async () => {
  await using place = await postgresPlace();
  const { blobs } = await place.open();
  const bytes = Buffer.alloc(2 * 1024 * 1024, 'abc');
  const slow = async function* () {
    yield bytes.subarray(0, 1024 * 1024 + 1);
    await runSql(place.url, "update blob_uploads set begun_at = now() - interval '2 hours'");
    await blobs.removeUnreferenced();
    yield bytes.subarray(1024 * 1024 + 1);
  };
  await expect(blobs.put(slow, CALLER)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  expect(await queryRows(place.url, 'select digest from blobs')).toEqual([]);
  expect(await queryRows(place.url, 'select upload from blob_pieces')).toEqual([]);
});
