import type { Socket } from 'node:net';
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';

type Ends = ReturnType<ServerInterceptingCallInterface['getConnectionInfo']>;

/** The open connections of a server. The client library shows of a call's connection only its addresses and ports. */
export class OpenSockets {
  readonly #sockets = new Map<string, Socket>();

  add(socket: Socket): void {
    const name = nameOf(socket);
    if (name === undefined) return;
    this.#sockets.set(name, socket);
    socket.once('close', () => {
      if (this.#sockets.get(name) === socket) this.#sockets.delete(name);
    });
  }

  /** The connection of a call; undefined if it has been closed. */
  of(call: ServerInterceptingCallInterface): Socket | undefined {
    return this.#sockets.get(nameOf(call.getConnectionInfo()) ?? '');
  }
}

/** Undefined for a connection that the client has closed, of which the operating system knows no address any more. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Ends): string | undefined {
  if (remoteAddress === undefined) return undefined;
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}
