import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that passes every request on to `target`, and records its Authorization header. */
export interface RecordingProxy extends AsyncDisposable {
  readonly url: string;
  target: string;
  /** One entry for each request; `undefined` for a request without the header. */
  readonly authorizations: readonly (string | undefined)[];
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const authorizations: (string | undefined)[] = [];
  const proxy = { url: '', target: '', authorizations };
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    authorizations.push(incoming.headers.authorization);
    const passed = forward(new URL(incoming.url ?? '/', proxy.target), {
      method: incoming.method,
      headers: incoming.headers,
    });
    passed.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(proxy, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
