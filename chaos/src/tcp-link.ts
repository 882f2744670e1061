import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A relay of TCP connections to a server, which can be cut. */
export class TcpLink implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #delayMs: number;
  #isCut = false;

  private constructor(server: Server, to: Address, delayMs: number) {
    this.#server = server;
    this.#delayMs = delayMs;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#relay(socket, to));
  }

  /**
   * @param from where it listens; port 0 for any
   * @param delayMs what is sent arrives so much later, in both directions
   */
  static async open(to: Address, from: Address = { host: '127.0.0.1', port: 0 }, delayMs = 0): Promise<TcpLink> {
    const server = createServer().listen(from);
    await once(server, 'listening');
    return new TcpLink(server, to, delayMs);
  }

  /** Ends all connections. Nothing can connect until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  #relay(client: Socket, to: Address): void {
    if (this.#isCut) return void client.destroy();
    const server = connect(to);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      this.#sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('data', (data) => this.#later(() => other.write(data)));
      one.on('close', () => {
        this.#sockets.delete(one);
        this.#later(() => other.destroy());
      });
    }
  }

  #later(act: () => void): void {
    if (this.#delayMs === 0) act();
    else setTimeout(act, this.#delayMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
