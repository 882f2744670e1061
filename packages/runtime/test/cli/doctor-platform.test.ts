import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkPlatform } from '../../src/boot/diagnose/check-platform.js';
import { writeDirectory } from '../settings/config/write-config.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';

async function examine(platform: FakePlatform, more: object = {}, files: Readonly<Record<string, string>> = {}) {
  await using directory = await writeDirectory({ 'config.yaml': 'name: A\nruntime: r\n', ...files });
  const stateDir = join(directory.path, '.molecule');
  await mkdir(stateDir, { recursive: true });
  const settings = { platformUrl: platform.url, workspaceId: ID, stateDir, ...more };
  const results = await checkPlatform(settings, directory.path);
  return results.map(({ status, detail, remedy = '' }) => `${status}: ${detail} -> ${remedy}`);
}

test('the way to the platform is told as it is', async () => {
  await using platform = await startFakePlatform();
  expect(await examine(platform, { workspaceId: 'my-agent' })).toEqual([expect.stringMatching(/^warn: .*no UUID/)]);
  expect((await examine(platform)).at(-1)).toMatch(/^ok: .*no token yet/);
  platform.tokens.set(ID, 'the-token');
  expect((await examine(platform)).at(-1)).toMatch(/^fail: .*none is known.*MOLECULE_WORKSPACE_TOKEN/);
  expect((await examine(platform, { workspaceToken: 'another' })).at(-1)).toMatch(/^fail: .*refuses/);
  expect((await examine(platform, { workspaceToken: 'another' }, { '.auth_token': 'the-token\n' })).at(-1)).toMatch(
    /^ok: .*accepts the token/,
  );
  const mine = { workspaceToken: 'the-token' };
  expect(await examine(platform, { ...mine, publicUrl: 'http://192.168.1.5:8000' })).toContainEqual(
    expect.stringMatching(/^warn: .*private addresses/),
  );
  const fetching = { ...mine, platformDelivery: 'poll', publicUrl: 'http://192.168.1.5:8000' };
  expect(await examine(platform, fetching)).toEqual([
    expect.stringMatching(/^ok: .*answers/),
    expect.stringMatching(/^ok: .*accepts the token/),
    expect.stringMatching(/^ok: messages are fetched/),
  ]);
  platform.registry.knowsPolling = false;
  expect((await examine(platform, fetching)).at(-1)).toMatch(/^fail: .*answers 200 .*MOLECULE_PLATFORM_DELIVERY/);
  platform.registry.knowsPolling = true;
  platform.retryAfterSeconds = 5;
  expect((await examine(platform, mine)).at(-1)).toMatch(/^warn: .*busy.*429.*try again/);
  expect((await examine(platform)).at(-1)).toMatch(/^warn: .*busy.*429/);
  platform.retryAfterSeconds = 0;
  platform.organization = 'org-1';
  expect((await examine(platform, mine)).at(-1)).toMatch(/^fail: .*MOLECULE_ORG_ID/);
  expect((await examine(platform, { ...mine, platformOrganization: 'org-1' })).at(-1)).toMatch(/^ok/);
  platform.organization = '';
  platform.registry.removed.add(ID);
  expect((await examine(platform, mine)).at(-1)).toMatch(/^fail: .*deleted/);
  platform.registry.removed.clear();
  platform.down = true;
  expect(await examine(platform, mine)).toEqual([expect.stringMatching(/^warn: .*cannot be reached/)]);
});
