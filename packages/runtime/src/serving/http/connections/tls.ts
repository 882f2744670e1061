import { readFileSync, statSync } from 'node:fs';
import type { RequestListener, ServerOptions } from 'node:http';
import type { Server } from 'node:https';
import type { TlsOptions, Server as TlsServer } from 'node:tls';
import type { Logger } from '@molecule/adapters';
import type { TlsFiles } from '../../../settings/environment/identity-settings.js';
import { type Clock, repeat, wallClock } from '../../../support/clock.js';

/** How often the files are looked at: certificates are renewed days before they end. */
const CHECK_MS = 60_000;
/** A client that takes longer to encrypt its connection is disconnected. */
const HANDSHAKE_MS = 30_000;

/** The encryption of one server, or of several. */
export interface Tls {
  createServer(options: ServerOptions, app: RequestListener): Promise<Server>;
  /** For a server of another protocol. */
  readonly options: TlsOptions;
  /** Gives such a server the new certificates, until it closes. */
  watch(server: TlsServer): void;
  /** Ends the watch over the files, for all servers. */
  stop(): void;
}

/**
 * Encrypts servers with a certificate from files, and takes the new one when they have changed. A client without a certificate, or
 * with one that is not trusted, may connect: it can still have a token, and probes have neither.
 */
export function openTls(files: TlsFiles, logger: Logger, clock: Pick<Clock, 'after'> = wallClock): Tls {
  let seen = stateOf(files);
  const options: TlsOptions = {
    ...contentOf(files),
    requestCert: files.clientCa !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
  };
  const servers = new Set<TlsServer>();
  const watch = (server: TlsServer) => {
    servers.add(server);
    server.once('close', () => servers.delete(server));
  };
  const stop = repeat(clock, CHECK_MS, async () => {
    try {
      const now = stateOf(files);
      if (now === seen) return;
      const content = contentOf(files);
      for (const server of servers) server.setSecureContext(content);
      seen = now;
      logger.info('the certificate was read again', { file: files.cert });
    } catch (error) {
      logger.error('the changed certificate cannot be used, so the one from before stays', { error });
    }
  });
  return {
    options,
    watch,
    async createServer(more, app) {
      const { createServer } = await import('node:https');
      const server = createServer({ ...more, ...options }, app);
      watch(server);
      return server;
    },
    stop,
  };
}

function contentOf({ cert, key, clientCa }: TlsFiles) {
  return {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...(clientCa !== undefined && { ca: readFileSync(clientCa) }),
  };
}

/** It differs after any of the files was changed or replaced. */
function stateOf({ cert, key, clientCa }: TlsFiles): string {
  const all = [cert, key, ...(clientCa === undefined ? [] : [clientCa])].map((file) => statSync(file));
  return all.map(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`).join(', ');
}
