import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllowedTargets, isTarget } from '../../../src/support/network/guarded/allowed-targets.js';
import { guardedPost, TargetRefusedError, UnreachedError } from '../../../src/support/network/guarded/guarded-post.js';
import { isPublicAddress } from '../../../src/support/network/guarded/public-address.js';
import { openWebhook, type Webhook } from '../webhook.js';

const NOTHING_ALLOWED = new AllowedTargets([]);

let webhook: Webhook;
beforeAll(async () => {
  webhook = await openWebhook();
});
afterAll(() => webhook[Symbol.asyncDispose]());

function post(url: string, targets = NOTHING_ALLOWED, addresses: readonly string[] = ['127.0.0.1']) {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const signal = AbortSignal.timeout(10_000);
  return { asked, answer: guardedPost({ url, headers: {}, body: '{}', signal }, targets, resolve) };
}

/** URLs that name the machine itself, its network or a metadata service, in every way of writing that is known to us. */
const REFUSED_URLS = [
  'http://127.0.0.1:PORT/',
  'http://127.0.0.2:PORT/',
  'http://127.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0.0.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://017700000001:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://0.0.0.0:PORT/',
  'http://0:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://anything.localhost:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::ffff:8.8.8.8]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fc00::1]:PORT/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[ff02::1]:PORT/',
  'http://[2001:db8::1]:PORT/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://100.100.100.200/latest/meta-data/',
  'http://169.254.169.254/latest/meta-data/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'ftp://127.0.0.1:PORT/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:PORT/',
  'http://user:secret@example.com:PORT/',
  'http://user@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT/\r\nX-Injected: 1',
  'http://127.0.0.1\t:PORT/',
  'http://exa\nmple.com:PORT/',
  'http://ⓔxample.com:PORT/',
  '//127.0.0.1:PORT/',
  'http://',
  '',
];

describe('without a connection', () => {
  it.each(REFUSED_URLS)('%j is refused', async (url) => {
    await expect(post(url.replace('PORT', String(webhook.port))).answer).rejects.toThrow(TargetRefusedError);
    expect(webhook.connections).toBe(0);
  });

  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['fe80::1%lo']],
    [['64:ff9b::a01:203']],
    [['2002:a01:203::']],
    // One is enough: the connection could be made to any of them.
    [['93.184.215.14', '127.0.0.1']],
    [['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1']],
  ])('a name with the addresses %j is refused', async (addresses) => {
    const { asked, answer } = post(`http://hooks.example.com:${webhook.port}/`, NOTHING_ALLOWED, addresses);
    await expect(answer).rejects.toThrow(TargetRefusedError);
    expect([asked, webhook.connections]).toEqual([['hooks.example.com'], 0]);
  });
});

it.each(['93.184.215.14', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
  'the address %s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

it('what the operator names is reached, by address, network or name, and only that', async () => {
  const url = `http://127.0.0.1:${webhook.port}/`;
  const named = `http://hooks.internal:${webhook.port}/`;
  for (const [target, allowed] of [
    [url, '127.0.0.1'],
    [url, '127.0.0.0/8'],
    [named, '127.0.0.0/8'],
    [named, 'Hooks.Internal.'],
  ] as const) {
    expect(await post(target, new AllowedTargets([allowed])).answer).toMatchObject({ status: 200 });
  }
  for (const [target, allowed] of [
    [url, '127.0.0.2'],
    [url, 'hooks.internal'],
    [named, 'other.internal'],
    [named, '10.0.0.0/8'],
  ] as const) {
    await expect(post(target, new AllowedTargets([allowed])).answer).rejects.toThrow(TargetRefusedError);
  }
});

it('the connection goes to the addresses that were looked up, once', async () => {
  const { asked, answer } = post(`http://hooks.invalid:${webhook.port}/x?y`, new AllowedTargets(['hooks.invalid']));
  expect(await answer).toMatchObject({ status: 200 });
  expect(asked).toEqual(['hooks.invalid']);
  expect(webhook.received.at(-1)).toMatchObject({ path: '/x?y', headers: { host: `hooks.invalid:${webhook.port}` } });
});

it('a redirect is an answer, and is not followed', async () => {
  webhook.answerWith(302, { location: `http://127.0.0.1:${webhook.port}/elsewhere` });
  const targets = new AllowedTargets(['127.0.0.1']);
  expect(await post(`http://127.0.0.1:${webhook.port}/first`, targets).answer).toMatchObject({ status: 302 });
  webhook.answerWith(200);
  expect(await post(`http://127.0.0.1:${webhook.port}/second`, targets).answer).toMatchObject({ status: 200 });
  expect(webhook.received.slice(-2).map(({ path }) => path)).toEqual(['/first', '/second']);
});

it('a host that the operator names is found as the operating system finds it', async () => {
  const request = {
    url: `http://localhost:${webhook.port}/`,
    headers: {},
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  };
  expect(await guardedPost(request, new AllowedTargets(['localhost']))).toMatchObject({ status: 200 });
});

it('a host to which no connection can be made is told from one that gives no answer', async () => {
  const targets = new AllowedTargets(['127.0.0.1', 'hooks.internal']);
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const late = new AbortController();
  silent.on('request', () => late.abort(new Error('late')));
  const request = { url, headers: {}, body: '{}', signal: late.signal };
  await expect(guardedPost(request, targets)).rejects.not.toThrow(UnreachedError);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  await expect(post(url, targets).answer).rejects.toThrow(UnreachedError);
  await expect(post('http://hooks.internal/', targets, []).answer).rejects.toThrow(UnreachedError);
  const noTls = `https://127.0.0.1:${webhook.port}/`;
  await expect(post(noTls, targets).answer).rejects.not.toThrow(UnreachedError);
});

it('a host that goes on talking is hung up on', async () => {
  let closed: Promise<void> | undefined;
  const server = createServer((_request, response) => {
    closed = new Promise((resolve) => response.on('close', resolve));
    response.writeHead(200);
    const talk = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
      if (!response.destroyed) response.once('drain', talk);
    };
    talk();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await post(`http://127.0.0.1:${port}/`, new AllowedTargets(['127.0.0.1'])).answer).toMatchObject({
    status: 200,
  });
  await closed;
  server.close();
});

it.each(['hooks.internal', 'localhost', '10.0.0.1', '10.0.0.0/8', '::1', '[::1]', 'fd00::/8'])(
  '%s can be allowed',
  (entry) => expect(isTarget(entry)).toBe(true),
);

it.each(['10.0.0.0/33', '10.0.0.0/8/8', '::/129', 'http://hooks.internal', 'a b', 'hooks/8', '', '*'])(
  '%j cannot be allowed',
  (entry) => expect(isTarget(entry)).toBe(false),
);
