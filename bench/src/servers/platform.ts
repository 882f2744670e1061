// The part of a Molecule platform that an idle member calls. It counts the heartbeats.
import { createServer } from 'node:http';
import process from 'node:process';
import { readyOn } from './ready.ts';

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
readyOn(server.listen(0, '127.0.0.1'));
process.on('message', (question) => {
  if (question === 'heartbeats') process.send?.({ heartbeats });
});
