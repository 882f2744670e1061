import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { AgentCard, Task } from '@a2a-js/sdk';
import { A2AService } from '@a2a-js/sdk/server/grpc';
import { silentLogger } from '@molecule/adapters';
import { expect, it } from 'vitest';
import { callerOf } from '../../../src/serving/a2a/caller.js';
import { Extensions } from '../../../src/serving/a2a/card/extensions.js';
import type { NumberedEvents, NumberedRequestHandler } from '../../../src/serving/a2a/numbered-event.js';
import { AccessControl } from '../../../src/serving/access/access-control.js';
import { type GrpcServer, serveGrpc } from '../../../src/serving/grpc/grpc-server.js';
import { ALL_SCOPES } from '../../../src/settings/environment/scopes.js';
import { AllowedHosts } from '../../../src/support/network/allowed-hosts.js';
import { sending } from '../../support/a2a-client.js';
import { GrpcClient, METHODS, refusalOf } from './grpc-client.js';

const CARD = AgentCard.fromJSON({
  name: 'Test',
  supportedInterfaces: [{ url: 'test:1', protocolBinding: 'GRPC', protocolVersion: '1.0' }],
});
const TASK = Task.fromJSON({ id: 'a task', contextId: 'a context', status: { state: 'TASK_STATE_WORKING' } });

/**
 * A server whose times are short.
 *
 * @param known what the caller of each call waits for before it is known
 */
async function serve(
  handler: Partial<NumberedRequestHandler>,
  known = async () => {},
): Promise<GrpcServer & AsyncDisposable> {
  const identify = async () => {
    await known();
    return { principal: { owner: 'ann', scopes: ALL_SCOPES } };
  };
  const host = '127.0.0.1';
  const options = {
    requestHandler: { getAgentCard: async () => CARD, ...handler } as NumberedRequestHandler,
    access: new AccessControl({ tokens: [], issued: { identify }, logger: silentLogger }),
    extensions: new Extensions([], true),
    hosts: new AllowedHosts({ host, allowedHosts: [], corsOrigins: [] }),
    health: { readiness: () => Promise.reject(new Error('not asked for')), isStopping: () => false },
    settings: { host, maxBodyBytes: 1_000, maxConnections: 2, keepAliveMs: 60_000, allowedHosts: [] },
    reflection: false,
    logger: silentLogger,
  };
  const server = await serveGrpc(0, options, undefined, { highWaterEvents: 4, stalledMs: 50 });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

/** The code with which a call of a client ends that reads nothing of its answer, while another call on its connection goes on. */
async function endUnread(port: number, path: string): Promise<{ readonly code: number; readonly other: boolean }> {
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  const call = () =>
    session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: 'Bearer any',
    });
  const other = call();
  const unread = call();
  const message = A2AService.sendMessage.requestSerialize(sending('hello'));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  unread.on('error', () => undefined);
  unread.end(Buffer.concat([head, message]));
  await once(unread, 'close');
  const isOpen = !other.closed && !session.closed;
  session.destroy();
  return { code: unread.rstCode, other: isOpen };
}

it.each([
  ['a stream that waits for its client', A2AService.sendStreamingMessage.path, 20],
  ['a stream whose answer is complete', A2AService.sendStreamingMessage.path, 2],
  ['an answer that is no stream', A2AService.sendMessage.path, 0],
])('ends the call of a client that reads nothing: %s', async (_what, path, events) => {
  await using server = await serve({
    sendMessage: async () => TASK,
    async *sendMessageStream(_request, context): NumberedEvents {
      for (let seq = 1; seq <= events; seq++) {
        yield { payload: { $case: 'task', value: TASK }, seq };
        await callerOf(context).client.drained();
        if (callerOf(context).client.signal.aborted) return;
      }
    },
  });
  expect(await endUnread(server.port, path)).toEqual({ code: constants.NGHTTP2_CANCEL, other: true });
});

it('bounds the calls that are open, also if many arrive at the same time', async () => {
  const answers = Promise.withResolvers<void>();
  const arrivals = Promise.withResolvers<void>();
  let arrived = 0;
  const known = () => {
    arrived += 1;
    if (arrived === 3) arrivals.resolve();
    return arrivals.promise;
  };
  await using server = await serve({ getTask: () => answers.promise.then(() => TASK) }, known);
  using client = new GrpcClient(`127.0.0.1:${server.port}`);
  const headers = { authorization: 'Bearer any' };
  const calls = [1, 2, 3].map(() =>
    client.call(METHODS.getTask, { id: 'a task', tenant: '', historyLength: undefined }, headers),
  );
  expect(await Promise.race(calls.map((call) => refusalOf(call)))).toMatchObject({
    status: 'UNAVAILABLE',
    reason: 'TOO_MANY_CONNECTIONS',
  });
  answers.resolve();
  const ends = await Promise.allSettled(calls);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});
