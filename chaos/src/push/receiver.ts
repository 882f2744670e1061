import { createServer, type Server } from 'node:http';
import { freePort } from '../free-port.ts';

/** A notification as it was received. */
export interface Notification {
  readonly taskId: string;
  readonly seq: number;
  readonly signature: string;
  readonly body: string;
}

/** A receiver of push notifications that can be away. */
export class Receiver implements AsyncDisposable {
  readonly received: Notification[] = [];
  readonly url: string;
  readonly #port: number;
  #server: Server | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}/hook`;
  }

  static async create(): Promise<Receiver> {
    return new Receiver(await freePort());
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [taskId = '', seq = ''] = String(request.headers['webhook-id']).split(':');
        const signature = String(request.headers['x-a2a-notification-signature']);
        this.received.push({ taskId, seq: Number(seq), signature, body: Buffer.concat(chunks).toString() });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
