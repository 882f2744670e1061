import { createServer, type Server } from 'node:net';
import { bareHost } from '../../../support/network/host.js';
import { ListenError } from './listen-error.js';

/** Connections that the operating system keeps until they are accepted: a client that finds no room tries again only after a second. */
const BACKLOG = 4_096;

/** An address, and the environment variable that sets its port. */
export interface BoundAddress {
  readonly host: string;
  readonly port: number;
  readonly setting: 'PORT' | 'MOLECULE_GRPC_PORT';
}

/**
 * Has the server listen.
 *
 * @throws {ListenError} `LISTEN_FAILED`, for example if the port is in use
 */
export function bind(server: Server, address: BoundAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, address)));
    server.listen({ port: address.port, host: bareHost(address.host), backlog: BACKLOG }, resolve);
  });
}

/**
 * Checks before anything is started that the address is free. Another program may still take it before it is bound.
 *
 * @throws {ListenError} `LISTEN_FAILED`, for example if the port is in use
 */
export async function checkAddress(address: BoundAddress): Promise<void> {
  if (address.port === 0) return;
  const server = createServer();
  await bind(server, address);
  await new Promise((resolve) => server.close(resolve));
}

function listenError(error: NodeJS.ErrnoException, { host, port, setting }: BoundAddress): ListenError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is in use by another program. Set ${setting} to another one (0 picks a free one), or stop that program.`,
    EACCES: `This user may not listen on port ${port}. Set ${setting} to one above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set MOLECULE_HOST to one that it has.`,
    ENOTFOUND: `The host name ${host} could not be resolved. Set MOLECULE_HOST to an address of this machine.`,
  };
  return new ListenError(reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  });
}
