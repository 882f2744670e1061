import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How often a replica is asked whether it is ready. Kubernetes also takes an ending pod out of its service at once; this one does not. */
const PROBE_MS = 1_000;

interface Backend {
  readonly port: number;
  isReady: boolean;
}

/**
 * A balancer of connections, as a Kubernetes service is one: each new connection goes to the next ready replica, and it repeats nothing. A
 * connection to a replica that refuses it is closed. A replica is ready while its `/readyz` answers 200.
 */
export class Balancer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #backends: readonly Backend[];
  readonly #sockets = new Set<Socket>();
  readonly #probes: NodeJS.Timeout;
  #next = 0;
  /** Connections for which no replica was ready, or that a replica refused. */
  refused = 0;

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server;
    this.#backends = ports.map((port) => ({ port, isReady: false }));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#pass(client));
    this.#probes = setInterval(() => void this.#probe(), PROBE_MS);
    void this.#probe();
  }

  static async open(ports: readonly number[]): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server, ports);
  }

  isReady(port: number): boolean {
    return this.#backends.some((backend) => backend.port === port && backend.isReady);
  }

  async #probe(): Promise<void> {
    await Promise.all(
      this.#backends.map(async (backend) => {
        const url = `http://127.0.0.1:${backend.port}/readyz`;
        const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) }).catch(() => undefined);
        await answer?.body?.cancel().catch(() => {});
        backend.isReady = answer?.status === 200;
      }),
    );
  }

  #pass(client: Socket): void {
    const ready = this.#backends.filter(({ isReady }) => isReady);
    const backend = ready[this.#next++ % ready.length];
    this.#keep(client);
    if (!backend) {
      this.refused++;
      return void client.destroy();
    }
    const upstream = connect({ port: backend.port, host: '127.0.0.1', noDelay: true });
    this.#keep(upstream);
    client.setNoDelay(true);
    upstream.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') this.refused++;
    });
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroySoon());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#probes);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
