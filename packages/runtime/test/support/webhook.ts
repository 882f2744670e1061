import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A notification as it was received. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: Record<string, unknown>;
}

/** A receiver of notifications on this machine. */
export interface Webhook extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** The status of the answers from now on. Default: 200. */
  answerWith(status: number, headers?: Readonly<Record<string, string>>): void;
  /** How many connections were made. */
  readonly connections: number;
}

export async function openWebhook(port = 0): Promise<Webhook> {
  const received: Received[] = [];
  let answer: readonly [number, Readonly<Record<string, string>>] = [200, {}];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const json = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
      received.push({ path: request.url ?? '', headers: request.headers, body, json });
      response.writeHead(...answer).end('thanks');
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}/hook`,
    port: own,
    received,
    get connections() {
      return connections;
    },
    answerWith(status, headers = {}) {
      answer = [status, headers];
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
