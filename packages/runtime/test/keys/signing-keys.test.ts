import { CompactSign, compactVerify, createLocalJWKSet } from 'jose';
import { expect, it } from 'vitest';
import { KEPT_MS, SigningKeys } from '../../src/keys/signing-keys.js';
import { StorageError } from '../../src/tasks/storage/storage-error.js';
import { logFile } from '../tasks/log/open-log.js';

/** Signs a text, as a process that holds these keys does. */
async function sign(keys: SigningKeys, text: string): Promise<string> {
  const { id, privateKey } = await keys.current();
  const header = { alg: 'ES256', kid: id };
  return new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(header).sign(privateKey);
}

/** What is signed, if the published keys verify it. */
async function verified(keys: SigningKeys, signed: string): Promise<string> {
  const { keys: list } = await keys.jwks();
  const { payload } = await compactVerify(signed, createLocalJWKSet({ keys: [...list] }));
  return new TextDecoder().decode(payload);
}

it('two processes sign with one key, and the published keys have nothing private', async () => {
  await using file = await logFile();
  const [here, there] = [
    new SigningKeys((await file.openStore()).keys),
    new SigningKeys((await file.openStore()).keys),
  ];
  const [one, two] = await Promise.all([here.current(), there.current()]);
  expect(one.id).toBe(two.id);
  expect(await verified(there, await sign(here, 'hello'))).toBe('hello');
  const { keys } = await here.jwks();
  expect(keys).toEqual([
    { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid: one.id, use: 'sig', alg: 'ES256' },
  ]);
});

it('after a rotation another process signs with the new key within 10 s, and what the old one signed is verified for a week', async () => {
  await using file = await logFile();
  let now = Date.now();
  const clock = { now: () => now };
  const here = new SigningKeys((await file.openStore()).keys, clock);
  const there = new SigningKeys((await file.openStore()).keys, clock);
  const before = await sign(there, 'before');
  const id = await here.rotate();
  now += 10_000;
  expect((await there.current()).id).toBe(id);
  expect(await verified(there, before)).toBe('before');
  now += KEPT_MS;
  await expect(verified(there, before)).rejects.toThrow('no applicable key');
  expect(await verified(here, await sign(there, 'after'))).toBe('after');
  await here.rotate();
  expect((await here.list()).map(({ privateKey }) => privateKey !== undefined)).toEqual([true, false]);
});

it('a process whose store does not answer signs with the key that it has read', async () => {
  await using file = await logFile();
  const store = await file.openStore();
  let now = Date.now();
  let isOut = false;
  const out = () => Promise.reject(new StorageError('STORAGE_UNAVAILABLE', 'the store is out of order'));
  const keys = new SigningKeys(
    Object.assign(Object.create(store.keys) as typeof store.keys, {
      all: () => (isOut ? out() : store.keys.all()),
      addFirst: (key: Parameters<typeof store.keys.addFirst>[0]) => store.keys.addFirst(key),
    }),
    { now: () => now },
  );
  const { id } = await keys.current();
  [isOut, now] = [true, now + 60_000];
  expect((await keys.current()).id).toBe(id);
  expect((await keys.jwks()).keys).toHaveLength(1);
});
