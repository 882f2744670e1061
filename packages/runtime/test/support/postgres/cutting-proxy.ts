import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A simple query with the text `commit`, as node-postgres sends it. */
const COMMIT = Buffer.from('commit\0');

/** A proxy in front of a database server, which can lose connections at the worst moment. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts the connection of the next commit: before the server gets it, or after that and before its answer. Nothing can connect until {@link mend}. */
  cutNextCommit(when: 'before' | 'after'): void;
  /** The number of connections that were cut. */
  readonly cuts: number;
  /** Cuts all connections. Nothing can connect until {@link mend}. */
  cutAll(): void;
  /** Passes nothing on and ends no connection, as a network that loses packets, until {@link mend}. */
  silence(): void;
  /** The same for good for the present connections, as a firewall that has forgotten them; new ones wait for {@link mend}. */
  forget(): void;
  mend(): void;
  /** Ends what was forgotten. A server that waits for such a client to log in lets nobody drop a database of its cluster. */
  endForgotten(): void;
}

export async function cuttingProxy(serverPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  let armed: 'before' | 'after' | undefined;
  let isOpen = true;
  let cuts = 0;
  const cutAll = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  let isSilent = false;
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const upstream = connect(serverPort, '127.0.0.1');
    const end = () => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    if (isSilent) client.pause();
    client.on('data', (data) => {
      if (armed === undefined || !data.includes(COMMIT)) return void upstream.write(data);
      const when = armed;
      armed = undefined;
      isOpen = false;
      const cut = () => {
        cutAll();
        cuts++;
      };
      if (when === 'before') return cut();
      // The answer shows that the server has committed; it is not passed on.
      upstream.removeAllListeners('data');
      upstream.once('data', cut);
      upstream.write(data);
    });
    upstream.on('data', (data) => client.write(data));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutNextCommit(when) {
      armed = when;
    },
    get cuts() {
      return cuts;
    },
    cutAll,
    silence() {
      isSilent = true;
      for (const socket of sockets) socket.pause();
    },
    forget() {
      isSilent = true;
      for (const socket of sockets) {
        socket.pause();
        forgotten.add(socket);
      }
      sockets.clear();
    },
    mend() {
      [isOpen, isSilent] = [true, false];
      for (const socket of sockets) socket.resume();
    },
    endForgotten() {
      for (const socket of forgotten) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of [...sockets, ...forgotten]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
