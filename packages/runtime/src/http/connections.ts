import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Knows which of a server's connections are still being answered. Node's own `closeIdleConnections` takes an answer for
 * sent once it is complete in memory, and cuts off what the client has not received of it.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #busy = new Set<Socket>();
  #closing = false;

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.#busy.add(socket);
      response.once('close', () => {
        this.#busy.delete(socket);
        if (this.#closing) socket.destroySoon();
      });
    });
  }

  /** Ends the idle connections now, and each other one with the answer that it waits for. */
  closeWhenIdle(): void {
    this.#closing = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroySoon();
  }

  /** Ends every connection, whatever it waits for. */
  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
