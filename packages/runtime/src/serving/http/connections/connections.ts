import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** The time in which a refused connection may send a request and receive the reason. */
const REFUSAL_MS = 1_000;
/** The number of refusals at once; further connections are closed without an answer. */
const REFUSALS = 16;

const refused = new WeakSet<Socket>();

/** True for a connection above the bound: every request on it is answered with 503. */
export function isRefused(socket: Socket): boolean {
  return refused.has(socket);
}

/**
 * Tracks which of a server's connections wait for an answer. Node's `closeIdleConnections` counts an answer as sent once it is
 * complete in memory, and cuts off what the client has not yet received.
 *
 * Bounds their number: each is a file descriptor, and without free ones neither the task log nor Temporal works. A connection
 * above the bound replaces the one that has been idle longest; if none is idle, the new connection is refused.
 */
export class Connections {
  /** In order of their last answer: the first has been idle longest. */
  readonly #open = new Set<Socket>();
  /** The number of answers that each connection waits for: clients may send several requests at once. */
  readonly #busy = new Map<Socket, number>();
  readonly #refusing = new Set<Socket>();
  /** Of a server with TLS: the connections below the encrypted ones, also while they are being encrypted. */
  readonly #raw = new Set<Socket>();
  #closing = false;

  /** @param most the number of connections at once */
  constructor(server: Server, most: number) {
    server.maxConnections = most + REFUSALS;
    const isTls = server instanceof TlsServer;
    if (isTls) {
      server.on('connection', (socket: Socket) => {
        this.#raw.add(socket);
        socket.once('close', () => this.#raw.delete(socket));
      });
    }
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (this.#open.size >= most && !this.#makeRoom()) return this.#refuse(socket);
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
      response.once('close', () => {
        const left = (this.#busy.get(socket) ?? 1) - 1;
        if (left > 0) return void this.#busy.set(socket, left);
        this.#busy.delete(socket);
        if (this.#open.delete(socket)) this.#open.add(socket);
        if (this.#closing) socket.destroySoon();
      });
    });
  }

  /** Closes idle connections now, and each other one after its answer. */
  closeWhenIdle(): void {
    this.#closing = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroySoon();
  }

  /** Closes every connection at once. */
  closeAll(): void {
    for (const socket of [...this.#open, ...this.#refusing, ...this.#raw]) socket.destroy();
  }

  #makeRoom(): boolean {
    for (const socket of this.#open) {
      if (this.#busy.has(socket)) continue;
      this.#open.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #refuse(socket: Socket): void {
    refused.add(socket);
    this.#refusing.add(socket);
    const late = setTimeout(() => socket.destroy(), REFUSAL_MS);
    socket.once('close', () => {
      clearTimeout(late);
      this.#refusing.delete(socket);
    });
  }
}
