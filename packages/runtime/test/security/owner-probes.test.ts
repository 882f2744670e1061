import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, begin, type ClientOptions, connect, send, text } from '../support/a2a-client.js';
import { installConsole } from '../support/console-package.js';
import { play, playAdapter } from '../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../support/test-runtime.js';
import { until } from '../support/until.js';
import { team } from '../team/delegation/team-process.js';
import { calling, type ToolAdapter, toolAdapter } from '../team/delegation/tool-adapter.js';
import { Bystander, type Received } from './bystander.js';

const ALICE = 'alice-0123456789abcdef';
const BOB = 'bob-0123456789abcdef';
/** In everything that is bob's. Where alice reads it, there is a leak. */
const SECRET = 'heron-4711';
const FILE = Buffer.from(`The file of bob: ${SECRET}`);
const DIGEST = createHash('sha256').update(FILE).digest('hex');
/** Ids of the same form that nothing has: an answer about them must not differ from one about bob's. */
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let peer: TestRuntime;
let runtime: TestRuntime;
let directory: string;
let engine: ToolAdapter;
let alice: Bystander;
/** What bob has. */
const bob = { done: '', running: '', asking: '', delegation: '', workDir: '', inbox: '', token: '', mcpUrl: '' };

beforeAll(async () => {
  peer = await startTestRuntime({ adapter: playAdapter().adapter });
  engine = toolAdapter();
  const tools =
    'tools: [delegate_task, delegate_task_async, check_task_status, send_file, commit_memory, recall_memory]\n';
  directory = await mkdtemp(join(tmpdir(), 'molecule-probes-'));
  await installConsole(directory);
  runtime = await startTestRuntime({
    adapter: engine.adapter,
    directory,
    config: `name: Two owners\nruntime: play\n${tools}${team(['helper', peer.url])}`,
    environment: { MOLECULE_TOKENS: `alice:${ALICE},bob:${BOB}`, MOLECULE_CONSOLE: 'on' },
  });
  alice = new Bystander(runtime.url, ALICE);
  const client = await connectAs(BOB);
  const done = await send(client, `remember ${SECRET}`, {
    contextId: 'same',
    messageId: 'm-1',
    parts: [text(`remember ${SECRET}`), filePart()],
  });
  bob.done = done.id;
  await send(client, calling('commit_memory', { content: SECRET, scope: 'GLOBAL' }));
  const delegated = await send(client, calling('delegate_task_async', { workspace_id: 'helper', task: SECRET }));
  bob.delegation = (JSON.parse(answerOf(delegated)) as { delegation_id: string }).delegation_id;
  await until('the peer to answer', async () => {
    const checked = await send(client, calling('check_task_status', { delegation_id: bob.delegation }));
    return answerOf(checked).includes('"status":"completed"');
  });
  bob.asking = (await send(client, play({ ask: `Is it ${SECRET}?` }), { contextId: 'asks' })).id;
  bob.running = (await begin(client, play({ say: SECRET }, { gate: 'never' }), { contextId: 'runs' })).id;
  await until('the turn to run', () =>
    engine.turns.some(({ turn, running }) => turn.taskId === bob.running && running),
  );
  const turn = engine.turns.find(({ turn: { taskId } }) => taskId === bob.running);
  bob.workDir = turn?.turn.workDir ?? '';
  bob.token = turn?.mcp?.token ?? '';
  bob.mcpUrl = turn?.mcp?.url ?? '';
  const first = engine.turns[0]?.turn;
  const file = first?.kind === 'message' ? first.parts.find((part) => part.kind === 'file') : undefined;
  bob.inbox = file?.path ?? '';
  await writeFile(join(bob.workDir, 'secret.txt'), SECRET);
});

afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

function connectAs(token: string, options: ClientOptions = {}) {
  return connect(runtime.url, { ...options, token });
}

function filePart() {
  return {
    content: { $case: 'raw', value: FILE },
    filename: 'of-bob.txt',
    mediaType: 'text/plain',
    metadata: undefined,
  } as const;
}

/** One way in. `like`: the same way with ids that nothing has; the answers must be the same but for the ids. */
interface Probe {
  readonly way: string;
  run(): Promise<Received | string>;
  like?(): Promise<Received | string>;
}

/** A way that names a task, for bob's and for an unknown one. */
function about(
  way: string,
  run: (taskId: string) => Promise<Received>,
  of: 'done' | 'running' | 'asking' = 'done',
): Probe {
  return { way, run: () => run(bob[of]), like: () => run(UNKNOWN) };
}

/** What a tool answers in a turn of alice. */
async function tool(name: string, input: Parameters<typeof calling>[1]): Promise<string> {
  const task = await send(await connectAs(ALICE), calling(name, input));
  const files = task.artifacts.flatMap(({ parts }) => parts.map(({ content }) => content));
  return [answerOf(task), ...files.map((file) => (file?.$case === 'raw' ? file.value.toString() : ''))].join('');
}

/** The working directory of alice, with a link into that of bob. */
async function linkOfAlice(name = 'secret.txt'): Promise<string> {
  const sent = await send(await connectAs(ALICE), 'where am I?');
  const workDir = engine.turns.find(({ turn }) => turn.taskId === sent.id)?.turn.workDir ?? '';
  await mkdir(join(workDir, 'links'), { recursive: true });
  const link = join(workDir, 'links', crypto.randomUUID());
  await symlink(join(bob.workDir, name), link);
  return link;
}

function mcp(token: string, method: string, params: unknown, context: string): Promise<Received> {
  return new Bystander(bob.mcpUrl, token).post(
    `?context=${encodeURIComponent(context)}`,
    { jsonrpc: '2.0', id: 1, method, params },
    { accept: 'application/json, text/event-stream' },
  );
}

/** A call over MCP in a turn of alice, whose address names bob's conversation. */
async function mcpOfAlice(name: string, input: object): Promise<Received> {
  const gate = crypto.randomUUID();
  const client = await connectAs(ALICE);
  const task = await begin(client, play({ gate }));
  await until('alice to run', () => engine.turns.some(({ turn }) => turn.taskId === task.id));
  const token = engine.turns.find(({ turn }) => turn.taskId === task.id)?.mcp?.token ?? '';
  const answer = await mcp(token, 'tools/call', { name, arguments: input }, 'bob:runs');
  engine.gates.open(gate);
  return answer;
}

/** A call with the token of a turn of alice that has ended. */
async function mcpOfEnded(name: string, input: object): Promise<Received> {
  const sent = await send(await connectAs(ALICE), 'one turn');
  const token = engine.turns.find(({ turn }) => turn.taskId === sent.id)?.mcp?.token ?? '';
  return mcp(token, 'tools/call', { name, arguments: input }, 'bob:runs');
}

const message = (more: object = {}) => ({
  message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text: 'hello' }], ...more },
});
const legacyMessage = (more: object = {}) => ({
  message: {
    kind: 'message',
    messageId: crypto.randomUUID(),
    role: 'user',
    parts: [{ kind: 'text', text: 'hello' }],
    ...more,
  },
});
const LEGACY = { 'a2a-version': '0.3' };
const pageToken = (taskId: string) => Buffer.from(JSON.stringify([Date.now() + 1e9, taskId])).toString('base64url');

const PROBES: readonly Probe[] = [
  about('get, JSON-RPC 1.0', (id) => alice.rpc('GetTask', { id, historyLength: 10 })),
  about('get, JSON-RPC 0.3', (id) => alice.rpc('tasks/get', { id, historyLength: 10 })),
  about('get, REST 1.0', (id) => alice.get(`/tasks/${id}?historyLength=10`)),
  about('get, REST 0.3', (id) => alice.get(`/v1/tasks/${id}?historyLength=10`, LEGACY)),
  { way: 'list, JSON-RPC', run: () => alice.rpc('ListTasks', { includeArtifacts: true, historyLength: 10 }) },
  { way: 'list, REST', run: () => alice.get('/tasks?includeArtifacts=true&historyLength=10') },
  {
    way: 'list of the context of the same name',
    run: () => alice.rpc('ListTasks', { contextId: 'same', historyLength: 10 }),
    like: () => alice.rpc('ListTasks', { contextId: 'no such', historyLength: 10 }),
  },
  {
    way: "list with the engine's name of the context",
    run: () => alice.rpc('ListTasks', { contextId: 'bob:same', historyLength: 10 }),
  },
  {
    way: 'list with a page token that names a task of bob',
    run: () => alice.rpc('ListTasks', { pageToken: pageToken(bob.done), historyLength: 10 }),
    like: () => alice.rpc('ListTasks', { pageToken: pageToken(UNKNOWN), historyLength: 10 }),
  },
  about('console, a task', (id) => alice.get(`/console/api/tasks/${id}`)),
  about('console, the events of a task', (id) => alice.get(`/console/api/tasks/${id}/events`)),
  about(
    'console, the stream of a task',
    (id) => alice.get(`/console/api/tasks/${id}/events`, { accept: 'text/event-stream' }),
    'running',
  ),
  about('console, changes with a task', (id) => alice.get(`/console/api/changes?task=${id}`), 'running'),
  about('console, a file', (id) => alice.get(`/console/api/files/${id}/${DIGEST}`)),
  { way: 'console, changes', run: () => alice.get('/console/api/changes') },
  ...['tasks', 'inbox', 'contexts', 'counts', 'usage'].flatMap((path): Probe[] => [
    { way: `console, ${path}`, run: () => alice.get(`/console/api/${path}`) },
    { way: `console, ${path} of bob`, run: () => alice.get(`/console/api/${path}?owner=bob`) },
    { way: `console, ${path} of all`, run: () => alice.get(`/console/api/${path}?owner=*`) },
  ]),
  { way: 'console, tasks with the words of bob', run: () => alice.get('/console/api/tasks?q=remember') },
  { way: 'console, the agent', run: () => alice.get('/console/api/agent') },
  about('cancel a running task, JSON-RPC 1.0', (id) => alice.rpc('CancelTask', { id }), 'running'),
  about('cancel a running task, JSON-RPC 0.3', (id) => alice.rpc('tasks/cancel', { id }), 'running'),
  about('cancel a running task, REST', (id) => alice.post(`/tasks/${id}:cancel`, {}), 'running'),
  about('cancel an ended task', (id) => alice.rpc('CancelTask', { id })),
  about('subscribe to a running task, JSON-RPC 1.0', (id) => alice.rpc('SubscribeToTask', { id }), 'running'),
  about('resubscribe, JSON-RPC 0.3', (id) => alice.rpc('tasks/resubscribe', { id }), 'running'),
  about('subscribe, REST', (id) => alice.get(`/tasks/${id}:subscribe`), 'running'),
  about(
    'resubscribe with Last-Event-ID',
    (id) => alice.rpc('SubscribeToTask', { id }, { 'last-event-id': '0' }),
    'running',
  ),
  about('resubscribe to an ended task with Last-Event-ID', (id) =>
    alice.rpc('SubscribeToTask', { id }, { 'last-event-id': '1' }),
  ),
  about(
    'a message to a task that waits, JSON-RPC 1.0',
    (taskId) => alice.rpc('SendMessage', message({ taskId })),
    'asking',
  ),
  about(
    'a message to a task that waits, JSON-RPC 0.3',
    (taskId) => alice.rpc('message/send', legacyMessage({ taskId })),
    'asking',
  ),
  about('a message to a task that waits, REST', (taskId) => alice.post('/message:send', message({ taskId })), 'asking'),
  about('a message to a running task', (taskId) => alice.rpc('SendMessage', message({ taskId })), 'running'),
  about(
    'a message to a task with its context',
    (taskId) => alice.rpc('SendMessage', message({ taskId, contextId: 'asks' })),
    'asking',
  ),
  {
    way: 'the same message id and context',
    run: () => alice.rpc('SendMessage', message({ messageId: 'm-1', contextId: 'same' })),
  },
  {
    way: 'the same message id, context and content',
    run: () =>
      alice.rpc('SendMessage', {
        message: { messageId: 'm-1', contextId: 'same', role: 'ROLE_USER', parts: [{ text: 'remember' }] },
      }),
  },
  { way: 'referenceTaskIds', run: () => alice.rpc('SendMessage', message({ referenceTaskIds: [bob.done] })) },
  {
    way: "a context by the engine's name of bob's",
    run: () => alice.rpc('SendMessage', message({ contextId: 'bob:same' })),
  },
  {
    way: 'metadata.history of a request that names the task',
    run: () => alice.rpc('SendMessage', message({ metadata: { taskId: bob.done, owner: 'bob' } })),
  },
  { way: 'transcript of the context of the same name', run: () => alice.get('/transcript?contextId=same') },
  { way: "transcript by the engine's name of the context", run: () => alice.get('/transcript?contextId=bob%3Asame') },
  { way: 'transcript of the newest context', run: () => alice.get('/transcript') },
  about('a file of a task', (id) => alice.get(`/files/${id}/${DIGEST}`)),
  {
    way: 'a file by a path of bob, sent',
    run: () => tool('send_file', { path: join(bob.workDir, 'secret.txt') }),
    like: () => tool('send_file', { path: join(bob.workDir, 'no-such.txt') }),
  },
  { way: 'a file by a relative path', run: () => tool('send_file', { path: '../bob/secret.txt' }) },
  { way: 'a file of the inbox of bob', run: () => tool('send_file', { path: bob.inbox }) },
  {
    way: 'a file by a link',
    run: async () => tool('send_file', { path: await linkOfAlice() }),
    like: async () => tool('send_file', { path: await linkOfAlice('no-such.txt') }),
  },
  {
    way: 'a stored file by its reference',
    run: () =>
      alice.rpc(
        'SendMessage',
        message({ parts: [{ url: `molecule-file:${DIGEST}:${FILE.length}`, mediaType: 'text/plain' }] }),
      ),
  },
  { way: 'recall of everything', run: () => tool('recall_memory', {}) },
  {
    way: 'recall of a word, in the global scope',
    run: () => tool('recall_memory', { query: SECRET.slice(0, 5), scope: 'GLOBAL' }),
  },
  { way: 'recall over MCP, with an address that names bob', run: () => mcpOfAlice('recall_memory', {}) },
  {
    way: 'check of a delegation',
    run: () => tool('check_task_status', { delegation_id: bob.delegation }),
    like: () => tool('check_task_status', { delegation_id: UNKNOWN }),
  },
  {
    way: 'check of a delegation over MCP',
    run: () => mcpOfAlice('check_task_status', { delegation_id: bob.delegation }),
    like: () => mcpOfAlice('check_task_status', { delegation_id: UNKNOWN }),
  },
  {
    way: "a file of bob over MCP, with alice's token",
    run: () => mcpOfAlice('send_file', { path: join(bob.workDir, 'secret.txt') }),
  },
  {
    way: 'a tool with the token of a turn that ended',
    run: () => mcpOfEnded('recall_memory', {}),
    like: () => mcp('no-such-token', 'tools/call', { name: 'recall_memory', arguments: {} }, 'bob:runs'),
  },
  {
    way: 'a tool with an A2A token',
    run: () => mcp(ALICE, 'tools/call', { name: 'recall_memory', arguments: {} }, 'bob:runs'),
  },
  about('push configuration, create', (id) =>
    alice.rpc('CreateTaskPushNotificationConfig', { taskId: id, url: 'https://hooks.example.com/' }),
  ),
  about('push configuration, get', (id) => alice.rpc('GetTaskPushNotificationConfig', { taskId: id, id: 'hook' })),
  about('push configuration, delete', (id) =>
    alice.rpc('DeleteTaskPushNotificationConfig', { taskId: id, id: 'hook' }),
  ),
  about('push configuration, list', (id) => alice.rpc('ListTaskPushNotificationConfigs', { taskId: id })),
  about('push configuration, 0.3', (id) => alice.rpc('tasks/pushNotificationConfig/get', { id })),
  { way: '/healthz', run: () => alice.get('/healthz') },
  { way: '/readyz', run: () => alice.get('/readyz') },
  { way: '/metrics', run: () => alice.get('/metrics') },
  { way: 'the agent card', run: () => alice.get('/.well-known/agent-card.json') },
];

test('two owners, every way in: nothing of one reaches the other, and no answer shows what exists', async () => {
  const rows: { way: string; leak: string; status: string }[] = [];
  for (const { way, run, like } of PROBES) {
    const answer = textOf(await run());
    const problems = [
      ...(answer.includes(SECRET) ? ['the secret'] : []),
      ...(like && masked(answer) !== masked(textOf(await like())) ? ['existence'] : []),
    ];
    rows.push({ way, leak: problems.join(', ') || '-', status: answer.slice(0, 60).replaceAll('\n', ' ') });
  }
  const table = rows.map(({ way, leak, status }) => `${way.padEnd(58)} ${leak.padEnd(22)} ${status}`).join('\n');
  const leaks = rows.filter(({ leak }) => leak !== '-');
  process.stdout.write(`${table}\n${rows.length} probes, ${leaks.length} leaks\n`);
  expect(rows.length).toBeGreaterThanOrEqual(30);
  expect(leaks).toEqual([]);
  // The probes ran beside a bob who still has everything, undisturbed.
  const client = await connectAs(BOB);
  const states = await Promise.all(
    [bob.done, bob.asking, bob.running].map(
      async (id) => (await client.getTask({ tenant: '', id, historyLength: 0 })).status?.state,
    ),
  );
  expect(states).toEqual([3, 6, 2]);
  expect(answerOf(await send(client, calling('recall_memory', {})))).toContain(SECRET);
});

test('the probes find a leak where there is one: bob himself reads all of it on the same ways', async () => {
  const himself = new Bystander(runtime.url, BOB);
  const answers = await Promise.all([
    himself.rpc('GetTask', { id: bob.done, historyLength: 10 }),
    himself.rpc('tasks/get', { id: bob.done, historyLength: 10 }),
    himself.get(`/tasks/${bob.done}?historyLength=10`),
    himself.get(`/v1/tasks/${bob.done}?historyLength=10`, LEGACY),
    himself.rpc('ListTasks', { includeArtifacts: true, historyLength: 10 }),
    himself.get('/tasks?includeArtifacts=true&historyLength=10'),
    himself.rpc('SubscribeToTask', { id: bob.running }),
    himself.rpc('tasks/resubscribe', { id: bob.running }),
    himself.rpc('SubscribeToTask', { id: bob.running }, { 'last-event-id': '0' }),
    himself.get(`/files/${bob.done}/${DIGEST}`),
    mcp(bob.token, 'tools/call', { name: 'recall_memory', arguments: {} }, ''),
    mcp(bob.token, 'tools/call', { name: 'check_task_status', arguments: { delegation_id: bob.delegation } }, ''),
  ]);
  for (const [index, { text: received }] of answers.entries()) expect(received, `way ${index}`).toContain(SECRET);
});

function textOf(answer: Received | string): string {
  return typeof answer === 'string' ? answer : `${answer.status} ${answer.text}`;
}

/** Without ids, paths and times, which differ between two calls. */
function masked(answer: string): string {
  return answer
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll('no-such.txt', 'secret.txt');
}
