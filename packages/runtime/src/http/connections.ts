import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a refused connection may take to ask, and be told why it is refused. */
const REFUSAL_MS = 1_000;
/** So many refusals may be under way at once; further connections are closed without a word. */
const REFUSALS = 16;

const refused = new WeakSet<Socket>();

/** True for a connection beyond the bound: whatever it asks for, the answer is that there are too many. */
export function isRefused(socket: Socket): boolean {
  return refused.has(socket);
}

/**
 * Knows which of a server's connections are still being answered. Node's own `closeIdleConnections` takes an answer for
 * sent once it is complete in memory, and cuts off what the client has not received of it.
 *
 * Bounds how many there are: each is a file descriptor, and without any left neither the task log nor Temporal works. When one
 * more comes, the one that has been idle for the longest time makes room; when none is idle, the new one is refused.
 */
export class Connections {
  /** Those that have been idle for the longest time come first. */
  readonly #open = new Set<Socket>();
  /** How many answers each connection waits for: a client may send the next request before it has the answer. */
  readonly #busy = new Map<Socket, number>();
  readonly #refusing = new Set<Socket>();
  #closing = false;

  /** @param most connections at once */
  constructor(server: Server, most: number) {
    server.maxConnections = most + REFUSALS;
    server.on('connection', (socket) => {
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

  /** Ends the idle connections now, and each other one with the answer that it waits for. */
  closeWhenIdle(): void {
    this.#closing = true;
    for (const socket of this.#open) if (!this.#busy.has(socket)) socket.destroySoon();
  }

  /** Ends every connection, whatever it waits for. */
  closeAll(): void {
    for (const socket of [...this.#open, ...this.#refusing]) socket.destroy();
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
