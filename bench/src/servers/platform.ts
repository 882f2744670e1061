// As much of a Molecule platform as an idle member calls; counts the heartbeats.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { ready } from './ready.ts';

let heartbeats = 0;
const server = createServer(async (request, response) => {
  request.resume();
  const path = request.url ?? '';
  if (path === '/registry/heartbeat') heartbeats++;
  const isList = /\/(peers|shared-context|delegations)$/.test(path);
  const token = path === '/registry/register' ? { auth_token: 'x'.repeat(43) } : {};
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(isList ? [] : { status: 'ok', instructions: '', ...token }));
});
server.listen(0, '127.0.0.1', () => ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('message', (question) => {
  if (question === 'heartbeats') process.send?.({ heartbeats });
});
