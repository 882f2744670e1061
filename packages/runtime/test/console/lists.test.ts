import { expect, it } from 'vitest';
import { TestClient } from '../../src/testing/test-client.js';
import { startConsoleRuntime } from '../support/console-package.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { codeIn } from '../support/wire.js';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly title: string;
  readonly owner: string;
  readonly contextId: string;
}
interface Page {
  readonly tasks: readonly Row[];
  readonly next?: string;
}

const ANN = '0123456789abcdef-of-ann';
const BOB = '0123456789abcdef-of-bob';
const BOSS = '0123456789abcdef-of-boss';
const TOKENS = { MOLECULE_TOKENS: `ann[read send]:${ANN},bob[read send cancel]:${BOB},boss[admin]:${BOSS}` };

it('lists the tasks of the caller, newest status first, with what a person wants to see', async () => {
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter });
  const { client } = started.runtime;
  const done = await client.send('  Write a\n\n summary of   the report ');
  const failed = await client.send(play({ fail: 'invalid-request', message: 'The model refused it.' }));
  const asks = await client.send(play({ ask: 'Which colour?', choices: [{ id: 'red', label: 'Red' }] }));
  const { tasks, next } = await started.get<Page>('tasks');
  expect(next).toBeUndefined();
  expect(tasks.map(({ id }) => id)).toEqual([asks.id, failed.id, done.id]);
  const [waiting, failure, complete] = tasks;
  expect(complete).toEqual({
    id: done.id,
    contextId: done.contextId,
    owner: 'anonymous',
    state: 'TASK_STATE_COMPLETED',
    title: 'Write a summary of the report',
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    statusAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    durationMs: expect.any(Number),
    seq: expect.any(Number),
    turn: 1,
    attempt: 1,
    durable: false,
  });
  expect(failure).toMatchObject({
    state: 'TASK_STATE_FAILED',
    failure: { code: failed.code, message: expect.stringContaining('The model refused it.') },
  });
  expect(waiting).toMatchObject({ state: 'TASK_STATE_INPUT_REQUIRED', asks: 'Which colour?' });
  expect(waiting).not.toHaveProperty('durationMs');
});

it('filters by state, context, time and text, page by page', async () => {
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter });
  const { client } = started.runtime;
  const tasks = [];
  for (const word of ['Alpha', 'Beta', 'alphabet', 'Gamma'])
    tasks.push(await client.send(`${word} words`, { contextId: word === 'Gamma' ? 'ctx-gamma' : 'ctx-rest' }));
  const [alpha, beta, alphabet, gamma] = tasks.map(({ id }) => id) as [string, string, string, string];
  const ids = async (query: string) => (await started.get<Page>(`tasks?${query}`)).tasks.map(({ id }) => id);
  expect(await ids('state=TASK_STATE_COMPLETED')).toEqual([gamma, alphabet, beta, alpha]);
  expect(await ids('state=TASK_STATE_FAILED,TASK_STATE_WORKING')).toEqual([]);
  expect(await ids('state=TASK_STATE_FAILED,TASK_STATE_COMPLETED')).toHaveLength(4);
  expect(await ids('context=ctx-gamma')).toEqual([gamma]);
  expect(await ids('context=ctx-rest&state=TASK_STATE_COMPLETED')).toEqual([alphabet, beta, alpha]);
  expect(await ids('q=ALPHA')).toEqual([alphabet, alpha]);
  expect(await ids('q=ctx-gam')).toEqual([gamma]);
  expect(await ids(`q=${beta.slice(0, 12)}`)).toEqual([beta]);
  expect(await ids(`until=${new Date(Date.now() - 60_000).toISOString()}`)).toEqual([]);
  expect(await ids(`since=${new Date(Date.now() - 60_000).toISOString()}`)).toHaveLength(4);
  const pages: string[][] = [];
  for (let cursor = ''; ; ) {
    const page = await started.get<Page>(`tasks?limit=3${cursor}`);
    pages.push(page.tasks.map(({ id }) => id));
    if (page.next === undefined) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(pages).toEqual([[gamma, alphabet, beta], [alpha]]);
  for (const query of ['state=DONE', 'limit=0', 'limit=201', 'limit=x', 'since=yesterday', 'cursor=bogus']) {
    const refused = await fetch(`${started.api}/tasks?${query}`);
    expect([query, refused.status, codeIn(await refused.json())]).toEqual([query, 400, 'PARAMETER_INVALID']);
  }
});

it('shows owners their own tasks only, and with the scope admin those of all', async () => {
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter, environment: TOKENS });
  const { url } = started.runtime;
  const of = (token: string) => new TestClient(url, token);
  const ann = await of(ANN).send('of ann');
  const bob = await of(BOB).send('of bob');
  const ids = async (query: string, token: string) =>
    (await started.get<Page>(`tasks${query}`, token)).tasks.map(({ id }) => id);
  expect(await ids('', ANN)).toEqual([ann.id]);
  expect(await ids('?owner=ann', ANN)).toEqual([ann.id]);
  expect(await ids('', BOSS)).toEqual([]);
  expect(await ids('?owner=bob', BOSS)).toEqual([bob.id]);
  expect(await ids('?owner=*', BOSS)).toEqual([bob.id, ann.id]);
  expect(await ids('?owner=*&state=TASK_STATE_COMPLETED,TASK_STATE_WORKING', BOSS)).toEqual([bob.id, ann.id]);
  for (const path of ['tasks', 'counts', 'inbox', 'contexts', 'changes']) {
    for (const owner of ['bob', '*']) {
      const refused = await fetch(`${started.api}/${path}?owner=${owner}`, {
        headers: { authorization: `Bearer ${ANN}` },
      });
      expect([path, refused.status]).toEqual([path, 403]);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="admin"');
      expect(codeIn(await refused.json())).toBe('INSUFFICIENT_SCOPE');
    }
  }
  const missing = await fetch(`${started.api}/tasks/no-such-task`, { headers: { authorization: `Bearer ${ANN}` } });
  for (const path of [`tasks/${bob.id}`, `tasks/${bob.id}/events`, `changes?task=${bob.id}`]) {
    const refused = await fetch(`${started.api}/${path}`, { headers: { authorization: `Bearer ${ANN}` } });
    expect([path, refused.status]).toEqual([path, 404]);
    expect(codeIn(await refused.json())).toBe('TASK_NOT_FOUND');
  }
  expect(missing.status).toBe(404);
  expect(await started.get(`tasks/${bob.id}`, BOSS)).toMatchObject({ id: bob.id, owner: 'bob' });
  expect(await started.get('session', BOB)).toMatchObject({
    owner: 'bob',
    scopes: ['read', 'send', 'cancel'],
    authenticated: true,
    access: 'tokens',
    dev: false,
    agent: { name: 'Test', version: '1.0.0' },
  });
});

it('gives a token without scopes the tasks of others only if there is one owner', async () => {
  const scopesOf = async (tokens: string) => {
    const environment = { MOLECULE_TOKENS: tokens };
    await using started = await startConsoleRuntime({ adapter: playAdapter().adapter, environment });
    const refused = await fetch(`${started.api}/tasks?owner=*`, { headers: { authorization: `Bearer ${ANN}` } });
    return [(await started.get<{ scopes: readonly string[] }>('session', ANN)).scopes, refused.status];
  };
  expect(await scopesOf(`ann:${ANN}`)).toEqual([['read', 'send', 'cancel', 'admin'], 200]);
  expect(await scopesOf(`ann:${ANN},bob:${BOB}`)).toEqual([['read', 'send', 'cancel'], 403]);
});

it('needs the scope read', async () => {
  const environment = { MOLECULE_TOKENS: `ann[send]:${ANN}` };
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter, environment });
  for (const path of ['session', 'tasks', 'changes']) {
    const refused = await fetch(`${started.api}/${path}`, { headers: { authorization: `Bearer ${ANN}` } });
    expect([path, refused.status]).toEqual([path, 403]);
  }
});

it('counts open tasks and those that ended, lists what waits, oldest first, and conversations by their newest task', async () => {
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter });
  const { client } = started.runtime;
  const first = await client.send(play({ ask: 'First?' }), { contextId: 'one' });
  await client.send(play({ ask: 'Second?' }), { contextId: 'two' });
  await client.send('done', { contextId: 'two' });
  await client.send('done too', { contextId: 'three' });
  expect(await started.get('counts')).toEqual({
    open: { TASK_STATE_INPUT_REQUIRED: 1 },
    ended24h: { TASK_STATE_COMPLETED: 2, TASK_STATE_CANCELED: 1 },
  });
  expect(await started.get('inbox')).toMatchObject({
    tasks: [{ id: first.id, question: { requests: [{ requestId: 'question-1', prompt: 'First?', choices: [] }] } }],
  });
  const { contexts } = await started.get<{ contexts: readonly { id: string; tasks: number }[] }>('contexts');
  expect(contexts.map(({ id, tasks }) => [id, tasks])).toEqual([
    ['three', 1],
    ['two', 2],
    ['one', 1],
  ]);
  expect(contexts[2]).toMatchObject({ owner: 'anonymous', state: 'TASK_STATE_INPUT_REQUIRED' });
  const page = await started.get<{ contexts: readonly { id: string }[]; next: string }>('contexts?limit=1');
  expect(page.contexts.map(({ id }) => id)).toEqual(['three']);
  const rest = await started.get<{ contexts: readonly { id: string }[] }>(`contexts?limit=2&cursor=${page.next}`);
  expect(rest.contexts.map(({ id }) => id)).toEqual(['two', 'one']);
});

it('describes the agent', async () => {
  await using started = await startConsoleRuntime({ adapter: playAdapter().adapter });
  expect(await started.get('agent')).toMatchObject({
    card: { name: 'Test' },
    health: { ready: true, checks: { engine: { ok: true } } },
    durable: { yes: false },
    versions: { runtime: expect.any(String), adapters: expect.any(String), node: process.versions.node },
    engine: 'Play',
    model: '',
  });
});
