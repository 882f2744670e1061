import { createServer, type Server, type Socket } from 'node:net';
import type { Tls } from '../http/connections/tls.js';

/** A server of HTTP/2 connections, before it listens. */
export async function createListener(tls: Tls | undefined, onConnection: (socket: Socket) => void): Promise<Server> {
  // Small messages are not held back for further ones.
  if (!tls) return createServer({ noDelay: true }, onConnection);
  const { createServer: createTlsServer } = await import('node:tls');
  const server = createTlsServer({ ...tls.options, noDelay: true, ALPNProtocols: ['h2'] }, onConnection);
  tls.watch(server);
  return server;
}
