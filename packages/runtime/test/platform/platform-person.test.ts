import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PlatformApi } from '../../src/platform/api/platform-api.js';
import { platformPerson } from '../../src/platform/person/platform-person.js';
import type { ToolCall } from '../../src/tooling/tool-turns.js';
import { type FakePlatform, startFakePlatform } from '../support/fake-platform.js';
import { until } from '../support/until.js';
import { tokenIn } from './token-in.js';

const ID = '6f1f6b43-9d3c-4d0e-8d0e-7c1c0a3b5a10';
const DROP = { action: 'Drop it', reason: '' };

let directory: string;
let platform: FakePlatform;
let api: PlatformApi;
const later: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'molecule-person-'));
  platform = await startFakePlatform();
  platform.tokens.set(ID, 'a-token');
  platform.decision = 'pending';
  const token = await tokenIn(directory);
  token.take('a-token');
  api = new PlatformApi(platform.url, token);
  // As a member that is registered: the platform has accepted its token.
  await api.call({ method: 'GET', path: `/workspaces/${ID}/memories` });
});

afterEach(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** What a process has of the person; another one has another. */
function person(turn = 1) {
  const untold = { later: async (_task: string, text: string) => void later.push(text) };
  return platformPerson({ api, workspaceId: ID, turnOf: async () => turn, untold, askMs: 5 });
}

/** A call of a new attempt. */
function attempt(controller = new AbortController()): ToolCall {
  return { taskId: 't', contextId: 'c', owner: 'ann', attempt: {}, signal: controller.signal };
}

const looks = () => platform.of(`/workspaces/${ID}/approvals`).filter(({ method }) => method === 'GET');
const statuses = () => platform.approvals.all.map(({ status }) => status);

describe('waiting for a decision', () => {
  test.each(['down', 'ill'] as const)('survives a platform that is %s', async (trouble) => {
    const decided = person().approve(DROP, attempt());
    await until('a query', () => looks().length > 1);
    platform[trouble] = true;
    await until('a failed query', () => looks().at(-1)?.status === (trouble === 'ill' ? 401 : 0));
    platform.decision = 'approved';
    platform[trouble] = false;
    expect(await decided).toEqual({ approved: true, decided: true, status: 'approved' });
    expect(statuses()).toEqual(['approved']);
  });

  test('is resumed by the turn that runs again after a deploy, whenever the person has decided', async () => {
    const stopping = new AbortController();
    const first = person().approve(DROP, attempt(stopping));
    await until('a query', () => looks().length > 1);
    stopping.abort({ code: 'shutdown', message: 'deploy' });
    await expect(first).rejects.toBeDefined();
    platform.decision = 'approved';
    expect(await person().approve(DROP, attempt())).toMatchObject({ approved: true });
    expect(statuses()).toEqual(['approved']);
  });

  test('a second request for the same is another approval, and so is that of a later turn', async () => {
    platform.decision = 'approved';
    const call = attempt();
    const one = person();
    await one.approve(DROP, call);
    platform.decision = 'denied';
    expect(await one.approve(DROP, call)).toMatchObject({ approved: false });
    // The attempt after a crash finds both, in their order.
    const again = attempt();
    const other = person();
    expect(await other.approve(DROP, again)).toMatchObject({ approved: true });
    expect(await other.approve(DROP, again)).toMatchObject({ approved: false });
    expect(await person(2).approve(DROP, attempt())).toMatchObject({ approved: false });
    expect(statuses()).toEqual(['approved', 'denied', 'denied']);
  });

  test('ends with its turn: an approval of a task that has run out of time is closed', async () => {
    const late = new AbortController();
    const decided = person().approve(DROP, attempt(late));
    await until('a query', () => looks().length > 1);
    late.abort({ code: 'deadline', message: 'too long' });
    await expect(decided).rejects.toBeDefined();
    expect(statuses()).toEqual(['denied']);
  });

  test('that nobody decides in time is no decision', async () => {
    const decided = person().approve(DROP, attempt());
    await until('a query', () => looks().length > 1);
    platform.approvals.decide(platform.approvals.all[0]?.id ?? '', { decision: 'denied', decided_by: 'auto-expired' });
    expect(await decided).toMatchObject({ approved: false, decided: false });
  });
});

test('a message to the person is kept while the platform is away', async () => {
  platform.down = true;
  expect(await person().notify('Half done', attempt())).toMatchObject({ delivered: false });
  expect(later).toEqual(['Half done']);
});
