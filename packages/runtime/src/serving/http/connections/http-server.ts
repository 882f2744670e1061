import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bareHost } from '../../../support/network/host.js';
import { Connections } from './connections.js';
import { ListenError } from './listen-error.js';
import type { Tls } from './tls.js';

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Accepts no more connections and closes all; one that waits for an answer gets another second. */
  close(): Promise<void>;
}

/** Time for clients to read the last event of a stream; a slower client returns for it. */
const LAST_EVENT_MS = 1_000;
/** Connections that the operating system keeps until they are accepted: a client that finds no room tries again only after a second. */
const BACKLOG = 4_096;

/** The number of connections, and the times that each may take. */
export interface ConnectionSettings {
  readonly maxConnections: number;
  /** Milliseconds that a connection may be idle between two requests. */
  readonly keepAliveMs: number;
  /** Further milliseconds for the head of a request, since a proxy may begin one at the last moment. Default 5,000. */
  readonly headMs?: number;
  /** Milliseconds for a whole request with its body. Default 300,000: ten megabytes at 300 kbit/s. */
  readonly requestMs?: number;
  /** Milliseconds between two checks for slow requests. Default 5,000. */
  readonly checkMs?: number;
}

/**
 * Checks before anything is started that the address is free. Another program may still take it before {@link listen}.
 *
 * @throws {ListenError} `LISTEN_FAILED`, for example if the port is in use
 */
export async function checkAddress(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await bind(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

/**
 * @param tls absent: plain HTTP
 * @throws {ListenError} `LISTEN_FAILED`, for example if the port is in use
 */
export async function listen(
  app: RequestListener,
  host: string,
  port: number,
  { maxConnections, keepAliveMs, headMs = 5_000, requestMs = 300_000, checkMs = 5_000 }: ConnectionSettings,
  tls?: Tls,
): Promise<HttpServer> {
  const headersTimeout = keepAliveMs + headMs;
  const options: ServerOptions = {
    keepAliveTimeout: keepAliveMs,
    headersTimeout,
    requestTimeout: Math.max(requestMs, headersTimeout),
    connectionsCheckingInterval: checkMs,
  };
  const server = tls ? await tls.createServer(options, app) : createServer(options, app);
  const connections = new Connections(server, maxConnections);
  // `server.close` calls it.
  server.closeIdleConnections = () => connections.closeWhenIdle();
  await bind(server, host, port);
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      tls?.stop();
      if (server.listening) server.close();
      const late = setTimeout(() => connections.closeAll(), LAST_EVENT_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ port, host: bareHost(host), backlog: BACKLOG }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use by another program. Set PORT to another one (0 picks a free one), or stop that program.`,
    EACCES: `This user may not listen on port ${port}. Set PORT to one above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set MOLECULE_HOST to one that it has.`,
    ENOTFOUND: `The host name ${host} could not be resolved. Set MOLECULE_HOST to an address of this machine.`,
  };
  return new ListenError(reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  });
}
