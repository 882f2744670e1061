import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part, Task } from '@a2a-js/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_URLS_EXTENSION } from '../../../src/serving/a2a/caller-files.js';
import { BINDINGS, connect, getTask, send, stateOf, text, WITH_GRPC } from '../../support/a2a-client.js';
import { type PlayAdapter, play, playAdapter } from '../../support/play-adapter.js';
import { startTestRuntime, type TestRuntime } from '../../support/test-runtime.js';
import { rpc } from '../../support/wire.js';

const ANN = { authorization: 'Bearer ann-0123456789abcdef' };
const BOB = { authorization: 'Bearer bob-0123456789abcdef' };
const BYTES = Buffer.from(Array.from({ length: 100_003 }, (_, index) => (index * 31) % 256));
const DIGEST = createHash('sha256').update(BYTES).digest('hex');

let played: PlayAdapter;
let runtime: TestRuntime;
beforeAll(async () => {
  played = playAdapter();
  const environment = {
    ...WITH_GRPC,
    MOLECULE_TOKENS: 'ann:ann-0123456789abcdef,bob:bob-0123456789abcdef',
    MOLECULE_INLINE_FILES: '64KiB',
  };
  runtime = await startTestRuntime({ adapter: played.adapter, environment });
});
afterAll(() => runtime[Symbol.asyncDispose]());

interface Shown {
  readonly parts: readonly { readonly raw?: string }[];
}

function raw(filename: string, value: Buffer, mediaType = 'image/png'): Part {
  return { content: { $case: 'raw', value }, filename, mediaType, metadata: undefined };
}

function client(binding = BINDINGS[0], token = 'ann-0123456789abcdef') {
  return connect(runtime.url, { ...binding, token });
}

/** A task whose message holds the file. */
async function uploaded(
  name = 'ä "1".png',
  mediaType?: string,
): Promise<{ readonly task: Task; readonly url: string }> {
  const task = await send(await client(), '', { parts: [text('look'), raw(name, BYTES, mediaType)] });
  const content = task.history[0]?.parts[1]?.content;
  return { task, url: content?.$case === 'url' ? content.value : '' };
}

async function get(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const response = await fetch(url, { method, headers: { ...ANN, ...headers } });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

it.each(BINDINGS)(
  'a caller sees its own file by URL, and gets the bytes there, on $binding $version',
  async (binding) => {
    const task = await send(await client(binding), '', { parts: [text('look'), raw('a.png', BYTES)] });
    const polled = await getTask(await client(binding), task.id);
    for (const { history } of [task, polled]) {
      expect(history[0]?.parts[1]?.content).toEqual({
        $case: 'url',
        value: `${runtime.url}/files/${task.id}/${DIGEST}`,
      });
    }
    const turn = played.turns.at(-1)?.turn;
    const file = turn?.kind === 'message' ? turn.parts[1] : undefined;
    expect(file).toMatchObject({ kind: 'file', data: BYTES.toString('base64') });
    const { body } = await get(`${runtime.url}/files/${task.id}/${DIGEST}`);
    expect(body.equals(BYTES)).toBe(true);
  },
);

it.each(BINDINGS)(
  'a file of an answer is in it up to the setting, and has a URL above it, on $binding $version',
  async (binding) => {
    const files = [1, 60_000, 65_537].map((size) => Buffer.alloc(size, size % 251));
    const events = files.map((data, index) => ({
      event: { type: 'file', file: { kind: 'file', data: data.toString('base64'), name: `${index}.bin` } } as const,
    }));
    const task = await send(await client(binding), play(...events, { say: 'done' }));
    const contents = task.artifacts
      .filter(({ artifactId }) => artifactId.startsWith('file-'))
      .map(({ parts: [part] }) => part?.content);
    expect(contents.map((content) => content?.$case)).toEqual(['raw', 'raw', 'url']);
    for (const [index, content] of contents.entries()) {
      const bytes = content?.$case === 'raw' ? Buffer.from(content.value) : (await get(String(content?.value))).body;
      expect(bytes.equals(files[index] ?? Buffer.alloc(0))).toBe(true);
    }
  },
);

it('a caller that accepts URLs gets no bytes, and the answer says that the extension is active', async () => {
  const event = { type: 'file', file: { kind: 'file', data: 'AP8=', name: 'x.bin' } } as const;
  const parts = [{ text: play({ event }, { say: 'done' }) }];
  const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts };
  const response = await fetch(runtime.url, {
    method: 'POST',
    headers: {
      ...ANN,
      'content-type': 'application/json',
      'a2a-version': '1.0',
      'a2a-extensions': `x, ${FILE_URLS_EXTENSION}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendMessage', params: { message } }),
  });
  expect(response.headers.get('a2a-extensions')).toBe(FILE_URLS_EXTENSION);
  const { result } = (await response.json()) as { result: { task: { artifacts: { parts: { url?: string }[] }[] } } };
  const url = result.task.artifacts.flatMap((artifact) => artifact.parts).find((part) => part.url)?.url;
  expect([...(await get(url ?? '')).body]).toEqual([0, 255]);
});

it('a stream shows an answer file within its event, and in the task at its end', async () => {
  const data = Buffer.alloc(50_000, 7);
  const event = { type: 'file', file: { kind: 'file', data: data.toString('base64'), name: 'x.bin' } } as const;
  const seen: (string | undefined)[] = [];
  const request = {
    parts: [{ text: play({ event }, { say: 'done' }) }],
    messageId: crypto.randomUUID(),
    role: 'ROLE_USER',
  };
  const response = await fetch(runtime.url, {
    method: 'POST',
    headers: { ...ANN, 'content-type': 'application/json', 'a2a-version': '1.0' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'SendStreamingMessage', params: { message: request } }),
  });
  for (const line of (await response.text()).split('\n')) {
    if (!line.startsWith('data: ')) continue;
    const { result } = JSON.parse(line.slice(6)) as {
      result: Record<string, { artifact?: Shown; artifacts?: Shown[] }>;
    };
    const shown = [result['artifactUpdate']?.artifact, ...(result['task']?.artifacts ?? [])];
    for (const artifact of shown) for (const part of artifact?.parts ?? []) if (part.raw) seen.push(part.raw);
  }
  expect(seen).toEqual([data.toString('base64'), data.toString('base64')]);
});

it('a list holds files up to 8 MiB itself, and shows the files of further tasks by URL', async () => {
  const { adapter } = playAdapter();
  await using other = await startTestRuntime({ adapter });
  const own = await connect(other.url);
  const data = Buffer.alloc(3 * 1024 * 1024, 1).toString('base64');
  const event = { type: 'file', file: { kind: 'file', data, name: 'x.bin' } } as const;
  for (let task = 0; task < 4; task++) await send(own, play({ event }, { say: 'done' }));
  const { tasks } = await own.listTasks({
    tenant: '',
    contextId: '',
    status: 0,
    pageToken: '',
    statusTimestampAfter: undefined,
    includeArtifacts: true,
  });
  const contents = tasks
    .flatMap(({ artifacts }) => artifacts.flatMap(({ parts }) => parts))
    .map(({ content }) => content);
  expect(contents.map((content) => content?.$case).filter((kind) => kind !== 'text')).toEqual([
    'raw',
    'raw',
    'url',
    'url',
  ]);
});

describe('the address of a file', () => {
  it('answers as a download of its type, which no browser runs', async () => {
    const { url } = await uploaded();
    const { response } = await get(url, {}, 'HEAD');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(BYTES.length),
      'content-disposition': `attachment; filename="_ _1_.png"; filename*=UTF-8''%C3%A4%20%221%22.png`,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      etag: `"${DIGEST}"`,
    });
    const hostile = await uploaded('../../a\r\nSet-Cookie: x', 'text/html\r\nX: y');
    const { headers } = (await get(hostile.url)).response;
    expect([headers.get('content-type'), headers.get('set-cookie')]).toEqual(['application/octet-stream', null]);
  });

  it.each([
    ['bytes=0-0', 206, 0, 0],
    ['bytes=100-199', 206, 100, 199],
    ['bytes=100000-', 206, 100_000, 100_002],
    ['bytes=-3', 206, 100_000, 100_002],
    ['bytes=100-999999', 206, 100, 100_002],
    ['bytes=5-4', 200, 0, 100_002],
    ['bytes=0-1,4-5', 200, 0, 100_002],
    ['lines=0-1', 200, 0, 100_002],
  ])('answers the range %s with %i', async (range, status, first, last) => {
    const { url } = await uploaded();
    const { response, body } = await get(url, { range });
    expect(response.status).toBe(status);
    expect(body.equals(BYTES.subarray(first, last + 1))).toBe(true);
    expect(response.headers.get('content-range')).toBe(status === 206 ? `bytes ${first}-${last}/100003` : null);
  });

  it('refuses a range beyond its end, and answers what a client has with 304', async () => {
    const { url } = await uploaded();
    const beyond = await get(url, { range: 'bytes=100003-' });
    expect([beyond.response.status, beyond.response.headers.get('content-range')]).toEqual([416, 'bytes */100003']);
    expect((await get(url, { 'if-none-match': `"x", W/"${DIGEST}"` })).response.status).toBe(304);
    expect((await get(url, { 'if-none-match': '"x"' })).response.status).toBe(200);
    expect((await get(url, { range: 'bytes=0-0', 'if-range': `"${DIGEST}"` })).response.status).toBe(206);
    expect((await get(url, { range: 'bytes=0-0', 'if-range': '"x"' })).response.status).toBe(200);
  });

  it('has one answer for another owner, an unknown task, and a digest that the task does not name', async () => {
    const { task, url } = await uploaded();
    const other = await send(await client(), 'no file');
    const refused = [
      await get(url, BOB),
      await get(`${runtime.url}/files/${crypto.randomUUID()}/${DIGEST}`),
      await get(`${runtime.url}/files/${other.id}/${DIGEST}`),
      await get(`${runtime.url}/files/${task.id}/${'0'.repeat(64)}`),
      await get(`${runtime.url}/files/${task.id}/..%2F..%2Ftasks.db`),
    ];
    expect(refused.map(({ response }) => response.status)).toEqual(refused.map(() => 404));
    expect(new Set(refused.map(({ body }) => body.toString())).size).toBe(1);
    expect(refused[0]?.body.toString()).toContain('FILE_NOT_FOUND');
    expect((await fetch(url)).status).toBe(401);
  });
});

it('no caller can name a stored file by itself', async () => {
  const { task } = await uploaded();
  expect(task.id).not.toBe('');
  for (const url of [`molecule-file:${DIGEST}:${BYTES.length}`, 'molecule-file:x']) {
    const message = { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ url }] };
    const { body } = await rpc(runtime.url, 'SendMessage', { message }, BOB);
    expect(body.error?.message).toContain('which only this server uses');
  }
});

it('no engine can name a stored file by itself', async () => {
  const { task } = await uploaded();
  const file = { kind: 'file', url: `molecule-file:${DIGEST}:${BYTES.length}`, name: 'x' } as const;
  const stolen = await send(await client(BINDINGS[0], 'bob-0123456789abcdef'), play({ event: { type: 'file', file } }));
  expect([stateOf(task), stateOf(stolen), stolen.artifacts]).toEqual(['completed', 'failed', []]);
});

it('if a file cannot be read while it is sent, its connection is closed, and the server goes on', async () => {
  const value = Buffer.from('to be broken');
  const task = await send(await client(), '', { parts: [text('look'), raw('x.bin', value)] });
  const digest = createHash('sha256').update(value).digest('hex');
  const path = join(runtime.directory, '.molecule', 'blobs', digest.slice(0, 2), digest);
  await rm(path);
  await mkdir(path);
  await expect(get(`${runtime.url}/files/${task.id}/${digest}`)).rejects.toThrow(TypeError);
  expect((await fetch(`${runtime.url}/healthz`)).status).toBe(200);
});
