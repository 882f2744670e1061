import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveByNameServer } from '../../../src/support/network/guarded/resolve-host.js';
import { until } from '../until.js';

const A = 1;
const AAAA = 28;

/** The addresses of each type that the name server has of every host; of a type that is missing, it says nothing. */
let addresses: Readonly<Record<number, readonly (readonly number[])[]>>;
let asked = 0;
let server: Socket;
beforeEach(async () => {
  [addresses, asked] = [{}, 0];
  server = createSocket('udp4');
  server.on('message', (query, { port, address }) => {
    asked++;
    const found = addresses[query.readUInt16BE(query.indexOf(0, 12) + 1)];
    if (found) server.send(answerOf(query, found), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

/** An answer to a query (RFC 1035, section 4.1), which names the host by a pointer to the question. */
function answerOf(query: Buffer, found: readonly (readonly number[])[]): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(found.length, 6);
  header.writeUInt32BE(0, 8);
  const records = found.map((bytes) =>
    Buffer.from([0xc0, 12, ...query.subarray(end - 4, end), 0, 0, 0, 60, 0, bytes.length, ...bytes]),
  );
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

const resolve = (host: string) => resolveByNameServer([`127.0.0.1:${server.address().port}`])(host);

it('a host has its addresses of both families', async () => {
  addresses = { [A]: [[192, 0, 2, 1]], [AAAA]: [[0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1]] };
  expect(await resolve('both.example')).toEqual([
    { address: '192.0.2.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ]);
});

it('a host may have addresses of one family only, and a host without any is not found', async () => {
  addresses = { [A]: [[192, 0, 2, 1]], [AAAA]: [] };
  expect(await resolve('one.example')).toEqual([{ address: '192.0.2.1', family: 4 }]);
  addresses = { [A]: [], [AAAA]: [] };
  await expect(resolve('none.example')).rejects.toThrow('ENODATA');
});

it('a name server that gives no answer takes no thread from other lookups', async () => {
  const lookups = Array.from({ length: 16 }, (_, index) => resolve(`silent-${index}.example`).catch(() => 'no answer'));
  await until('all are asked for', () => asked >= 32);
  let isOver = false;
  void Promise.race(lookups).then(() => {
    isOver = true;
  });
  await lookup('localhost');
  expect(isOver).toBe(false);
});
