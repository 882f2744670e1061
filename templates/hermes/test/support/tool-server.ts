import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpEndpoint } from '@molecule/adapters';

/** A call that the server received. */
export interface ReceivedCall {
  readonly name: string;
  readonly arguments: unknown;
  /** True if the caller closed the connection before the answer. */
  readonly left: boolean;
}

/** Replaces the runtime's MCP server where a test must control it: it can be slow, and it can stop. */
export interface ToolServer extends AsyncDisposable {
  readonly endpoint: McpEndpoint;
  readonly calls: readonly ReceivedCall[];
}

/** Answers each call with `answer`, but never a call whose input contains `slow`. */
export async function startToolServer(token: string, answer: string): Promise<ToolServer> {
  const calls: (ReceivedCall & { left: boolean })[] = [];
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    if (method !== 'tools/call') return void response.writeHead(400).end();
    const call = { name: params.name, arguments: params.arguments, left: false };
    calls.push(call);
    response.once('close', () => {
      call.left = !response.writableFinished;
    });
    if ('slow' in params.arguments) return;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: answer }] } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, token },
    calls,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
