import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { Connections } from './connections.js';
import { ListenError } from './listen-error.js';

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more connections and ends them all; one that is still being answered gets a second for the last words. */
  close(): Promise<void>;
}

/** Long enough for the last event of a stream to be read; a client that is slower than that comes back for it. */
const LAST_WORDS_MS = 1_000;

/** How many connections there may be, and how long each may stay. */
export interface ConnectionSettings {
  readonly maxConnections: number;
  /** Milliseconds that a connection may be idle between two requests. */
  readonly keepAliveMs: number;
  /** What a request's head may take beyond that: a proxy that sends one at the last moment must not be cut off. Default 5,000 ms. */
  readonly headMs?: number;
  /** What a whole request may take, its body included. Default 300,000 ms: ten megabytes at some 300 kbit/s. */
  readonly requestMs?: number;
  /** How often slow requests are looked for. Default 5,000 ms. */
  readonly checkMs?: number;
}

/**
 * Tries the address before anything is started for it; another program may still take it until {@link listen}.
 *
 * @throws {ListenError} `LISTEN_FAILED`, for example when the port is taken
 */
export async function checkAddress(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await bind(server, host, port);
  await new Promise((resolve) => server.close(resolve));
}

/** @throws {ListenError} `LISTEN_FAILED`, for example when the port is taken */
export async function listen(
  app: Express,
  host: string,
  port: number,
  { maxConnections, keepAliveMs, headMs = 5_000, requestMs = 300_000, checkMs = 5_000 }: ConnectionSettings,
): Promise<HttpServer> {
  const headersTimeout = keepAliveMs + headMs;
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout,
      requestTimeout: Math.max(requestMs, headersTimeout),
      connectionsCheckingInterval: checkMs,
    },
    app,
  );
  const connections = new Connections(server, maxConnections);
  // `server.close` calls it.
  server.closeIdleConnections = () => connections.closeWhenIdle();
  await bind(server, host, port);
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      if (server.listening) server.close();
      const late = setTimeout(() => connections.closeAll(), LAST_WORDS_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve);
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
