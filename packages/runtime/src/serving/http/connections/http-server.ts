import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bind } from './bind.js';
import { Connections } from './connections.js';
import type { Tls } from './tls.js';

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Accepts no more connections and closes all; one that waits for an answer gets another second. */
  close(): Promise<void>;
}

/** Time for clients to read the last event of a stream; a slower client returns for it. */
const LAST_EVENT_MS = 1_000;

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
  await bind(server, { host, port, setting: 'PORT' });
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      if (server.listening) server.close();
      const late = setTimeout(() => connections.closeAll(), LAST_EVENT_MS);
      await closed;
      clearTimeout(late);
    },
  };
}
