import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { patientFetch } from '../../../src/support/network/patient-fetch.js';

async function serve(answer: (request: number, response: ServerResponse) => void) {
  const bodies: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    bodies.push(await text(request));
    answer(bodies.length, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    [Symbol.dispose]: () => void server.close(),
  };
}

const refuse = (response: ServerResponse, headers: Record<string, string>) =>
  response.writeHead(429, headers).end('no');

it('a request that was refused with 429 is sent again, with its body, until it is answered', async () => {
  using server = await serve((request, response) =>
    request < 3 ? refuse(response, { 'retry-after': '0' }) : response.end('done'),
  );
  const waits: number[] = [];
  const patient = patientFetch(fetch, { onWait: (seconds) => waits.push(seconds) });
  const response = await patient(server.url, { method: 'POST', body: 'hello' });
  expect([response.status, await response.text()]).toEqual([200, 'done']);
  expect(server.bodies).toEqual(['hello', 'hello', 'hello']);
  expect(waits).toEqual([0, 0]);
});

it.each([
  ['without Retry-After', {}],
  ['with a date', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
  ['for longer than the client waits', { 'retry-after': '2' }],
  ['for longer than any client waits', { 'retry-after': '100000' }],
])('a refusal %s is the answer', async (_name, headers) => {
  using server = await serve((_request, response) => refuse(response, headers as Record<string, string>));
  const response = await patientFetch(fetch, { mostMs: 1_000 })(server.url);
  expect([response.status, await response.text(), server.bodies.length]).toEqual([429, 'no', 1]);
});

it('a body that can be read only once is not sent again, and an abort ends the wait', async () => {
  using server = await serve((_request, response) => refuse(response, { 'retry-after': '60' }));
  const once = { method: 'POST', body: new Blob(['hello']).stream(), duplex: 'half' } as RequestInit;
  expect((await patientFetch(fetch)(server.url, once)).status).toBe(429);
  const controller = new AbortController();
  const waiting = patientFetch(fetch, { onWait: () => controller.abort() });
  await expect(waiting(server.url, { signal: controller.signal })).rejects.toThrow(/abort/i);
  expect(server.bodies).toHaveLength(2);
});
