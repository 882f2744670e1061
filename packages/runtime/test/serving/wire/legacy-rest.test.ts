import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { codeIn } from '../../support/wire.js';
import { LEGACY, postJson, protoMessage } from './wire-requests.js';

const TOKEN = 'ann-token-0123456789';
const BYTES = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]);

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  runtime = await startTestRuntime({ adapter: played.adapter, environment: { MOLECULE_TOKENS: `ann:${TOKEN}` } });
});
afterAll(() => runtime[Symbol.asyncDispose]());

function headers(agent?: string): Record<string, string> {
  return { ...LEGACY, authorization: `Bearer ${TOKEN}`, ...(agent !== undefined && { 'user-agent': agent }) };
}

function send(content: readonly object[], agent?: string) {
  return postJson(`${runtime.url}/v1/message:send`, protoMessage(content), headers(agent));
}

async function fileThatArrives(
  file: object,
  agent?: string,
): Promise<{ readonly data?: string; readonly name?: string }> {
  const { status } = await send([{ text: 'hello' }, { file }], agent);
  expect(status).toBe(200);
  const turn = played.turns.at(-1)?.turn;
  const part = turn?.kind === 'message' ? turn.parts.find(({ kind }) => kind === 'file') : undefined;
  return part as { readonly data?: string; readonly name?: string };
}

it('a message is answered with 200, the only status that the Go client accepts', async () => {
  const { status, body } = await send([{ text: 'hello' }]);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    task: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'echo: hello' }] }] },
  });
});

describe('a file', () => {
  const once = BYTES.toString('base64');
  const twice = Buffer.from(once).toString('base64');
  const named = { mimeType: 'image/png', name: 'a picture.png' };

  it.each([
    ['twice, as Python does', twice, 'python-httpx/0.28.1'],
    ['twice, as Go does', twice, 'Go-http-client/1.1'],
    ['twice, as Java does', twice, 'Java-http-client/21.0.2'],
    ['twice, by a client of another name', twice, 'somebody/1.0'],
    ['once, as JavaScript does', once, 'node'],
  ])('that is encoded %s reaches the engine unchanged, with its name', async (_name, fileWithBytes, agent) => {
    const file = await fileThatArrives({ fileWithBytes, ...named }, agent);
    expect(file).toMatchObject({ data: once, name: 'a picture.png', mediaType: 'image/png' });
  });

  it.each([
    ['an empty file', ''],
    ['a text whose letters are those of base64', 'test'],
    ['a text of more such letters', 'data1234'],
    ['a text with a line feed', 'aGVsbG8=\n'],
  ])('from JavaScript that is %s is unchanged', async (_name, content) => {
    const data = Buffer.from(content).toString('base64');
    const file = await fileThatArrives({ fileWithBytes: data, mimeType: 'text/plain', name: 't.txt' }, 'node');
    expect(file.data).toBe(data);
  });

  it('from Python that is a text in an old encoding is also decoded twice', async () => {
    const latin = Buffer.from('caf\u00e9', 'latin1').toString('base64');
    const fileWithBytes = Buffer.from(latin).toString('base64');
    expect((await fileThatArrives({ fileWithBytes, mimeType: 'text/plain' }, 'python-httpx/0.28.1')).data).toBe(latin);
  });

  const made = play({
    event: { type: 'file', file: { kind: 'file', data: once, name: 'made.png', mediaType: 'image/png' } },
  });

  it.each([
    ['python-httpx/0.28.1', twice],
    ['Go-http-client/1.1', twice],
    ['node', once],
    ['curl/8.5.0', once],
  ])('of the agent is encoded as %s expects, with its name', async (agent, fileWithBytes) => {
    const { body } = await send([{ text: made }], agent);
    const artifact = {
      name: 'made.png',
      parts: [{ file: { fileWithBytes, mimeType: 'image/png', name: 'made.png' } }],
    };
    expect(body).toMatchObject({ task: { artifacts: [artifact] } });
    const { id } = body['task'] as { readonly id: string };
    const task = await (await fetch(`${runtime.url}/v1/tasks/${id}`, { headers: headers(agent) })).json();
    expect(task).toMatchObject({ artifacts: [artifact] });
    const request = { method: 'POST', headers: headers(agent), body: JSON.stringify(protoMessage([{ text: made }])) };
    expect(await (await fetch(`${runtime.url}/v1/message:stream`, request)).text()).toContain(
      `"fileWithBytes":"${fileWithBytes}"`,
    );
  });

  it('of the agent has no name within the file for Java, whose messages have no such field and which refuses others', async () => {
    const java = 'Java-http-client/17.0.15';
    const { body } = await send([{ text: made }, { file: { fileWithBytes: twice, ...named } }], java);
    const file = { fileWithBytes: twice, mimeType: 'image/png' };
    expect(body).toMatchObject({ task: { artifacts: [{ name: 'made.png', parts: [{ file }] }] } });
    const parts = [...JSON.stringify(body).matchAll(/"file":(\{[^}]*\})/g)].map(
      ([, part = '']) => JSON.parse(part) as object,
    );
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part).not.toHaveProperty('name');
  });

  it('is returned as it was sent, for an unknown client', async () => {
    for (const fileWithBytes of [once, twice]) {
      const { body } = await send([{ text: made }, { file: { fileWithBytes, ...named } }], 'somebody/1.0');
      const [artifact] = (body['task'] as { artifacts: { parts: { file: object }[] }[] }).artifacts;
      expect(artifact?.parts[0]?.file).toMatchObject({ fileWithBytes });
    }
  });
});

it('the extended card has the shape of 0.3, which Python reads, and also that of protocol buffers', async () => {
  const response = await fetch(`${runtime.url}/v1/card`, { headers: headers() });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    protocolVersion: '0.3',
    url: `${runtime.url}/`,
    security: [{ bearer: [] }],
    securitySchemes: { bearer: { type: 'http', scheme: 'Bearer', httpAuthSecurityScheme: { scheme: 'Bearer' } } },
    skills: expect.arrayContaining([expect.objectContaining({ id: 'engine', description: 'Runs on Play.' })]),
  });
});

it('tasks are listed in the shape of 0.3', async () => {
  const response = await fetch(`${runtime.url}/v1/tasks?pageSize=2&includeArtifacts=true&historyLength=1`, {
    headers: headers(),
  });
  const { tasks } = (await response.json()) as { tasks: unknown[] };
  expect(tasks[0]).toMatchObject({ history: [{ role: 'ROLE_USER', content: expect.any(Array) }] });
});

it.each([
  ['an unknown task', 'GET', '/v1/tasks/nobody', undefined, 'TaskNotFoundError'],
  ['a message without parts', 'POST', '/v1/message:send', protoMessage([]), 'InvalidParamsError'],
  ['a stream for an unknown task', 'POST', '/v1/message:stream', strangeMessage(), 'TaskNotFoundError'],
  ['the cancel of an unknown task', 'POST', '/v1/tasks/nobody:cancel', {}, 'TaskNotFoundError'],
  ['a body that is a text', 'POST', '/v1/message:send', 'text', 'InvalidParamsError'],
])(
  '%s is refused with the name by which Python knows the type of the error',
  async (_name, method, path, body, type) => {
    const request = { method, headers: headers(), ...(body !== undefined && { body: JSON.stringify(body) }) };
    expect(await (await fetch(`${runtime.url}${path}`, request)).json()).toMatchObject({ type });
  },
);

function strangeMessage(): object {
  const { request } = protoMessage([{ text: 'x' }]) as { readonly request: object };
  return { request: { ...request, taskId: 'nobody' } };
}

it('an error has its code in both places where clients read it', async () => {
  const response = await fetch(`${runtime.url}/v1/tasks/nobody`, { headers: headers() });
  expect(response.status).toBe(404);
  const body = (await response.json()) as object;
  expect(body).toMatchObject({ code: -32001, message: expect.any(String), error: { code: 404, status: 'NOT_FOUND' } });
  expect(codeIn(body)).toBe('TASK_NOT_FOUND');
});
