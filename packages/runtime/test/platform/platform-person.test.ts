import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PlatformApi } from '../../src/platform/platform-api.js';
import { platformPerson } from '../../src/platform/platform-person.js';
import { startFakePlatform } from '../support/fake-platform.js';
import { until } from '../support/until.js';
import { tokenIn } from './token-in.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';

test('waiting for a decision survives an outage', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'molecule-person-'));
  try {
    await using platform = await startFakePlatform();
    platform.tokens.set(ID, 'a-token');
    const token = await tokenIn(directory);
    token.take('a-token');
    const person = platformPerson(new PlatformApi(platform.url, token), ID, 5);
    platform.decision = 'pending';
    const context = { taskId: 't', contextId: 'c', signal: new AbortController().signal };
    const decided = person.approve({ action: 'Drop it', reason: '' }, context);
    const looked = () => platform.of(`/workspaces/${ID}/approvals`).filter(({ method }) => method === 'GET');
    await until('a query', () => looked().length > 0);
    platform.down = true;
    await until('a failed query', () => looked().at(-1)?.status === 0);
    platform.decision = 'approved';
    platform.down = false;
    expect(await decided).toEqual({ approved: true, decided: true, status: 'approved' });
  } finally {
    await rm(directory, { recursive: true });
  }
});
