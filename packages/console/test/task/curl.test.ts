import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { asCurl } from '../../src/views/task/curl.js';

const run = promisify(execFile);

it('is a command of a POSIX shell that sends the same parts, with the token of the environment', async () => {
  const requests: { path: string | undefined; token: string | undefined; body: string }[] = [];
  await using server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    requests.push({ path: request.url, token: request.headers.authorization, body });
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const agent = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

  const text = `It's "quoted" $HOME \`id\` \\ and\nnew lines`;
  const command = asCurl({ agent, parts: [{ text }], contextId: 'c-1', needsToken: true });
  expect(command).toContain('$TOKEN');
  await run('sh', ['-c', command], { env: { ...process.env, TOKEN: 'secret' } });

  expect(requests).toMatchObject([{ path: '/message:stream', token: 'Bearer secret' }]);
  const { message } = JSON.parse(requests[0]?.body ?? '');
  expect(message).toMatchObject({ role: 'ROLE_USER', contextId: 'c-1', parts: [{ text }] });
  expect(message.messageId).toMatch(/^\S{8,}$/);
});

it('names no token for an agent that asks for none', () => {
  const agent = new URL('http://localhost/');
  expect(asCurl({ agent, parts: [], contextId: 'c', needsToken: false })).not.toContain('Authorization');
});
