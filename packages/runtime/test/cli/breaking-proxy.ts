import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy between a client and an agent that breaks one connection. */
export interface BreakingProxy extends AsyncDisposable {
  readonly url: string;
  /** The number of broken connections. */
  broken(): number;
}

/** Breaks the first answer that contains `text` right after the text. The agent's card points to the proxy. */
export async function startBreakingProxy(agentUrl: string, text: string): Promise<BreakingProxy> {
  let broken = 0;
  let url = '';

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, headers } = incoming;
    const upstream = request(`${agentUrl}${incoming.url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(chunk, () => {
          if (broken > 0 || !chunk.includes(text)) return;
          broken++;
          outgoing.destroy();
          upstream.destroy();
        });
      });
      answer.on('end', () => outgoing.end());
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  };

  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.endsWith('agent-card.json') !== true) return forward(incoming, outgoing);
    fetch(`${agentUrl}${incoming.url}`, { headers: { 'A2A-Version': '1.0' } })
      .then((answer) => answer.text())
      .then((card) => outgoing.setHeader('Content-Type', 'application/json').end(card.replaceAll(agentUrl, url)))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    broken: () => broken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
