import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly arguments?: { readonly word?: string } };
}

/** An MCP server with one tool, which repeats a word in capitals. */
export async function startMcpServer(name = 'shout') {
  const calls: { readonly method: string; readonly authorization: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const call = JSON.parse(await bodyOf(request)) as Call;
    calls.push({ method: call.method, authorization: request.headers.authorization });
    if (call.id === undefined) return void response.writeHead(202).end();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: resultOf(call, name) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function resultOf({ method, params }: Call, name: string): unknown {
  if (method === 'initialize') {
    const serverInfo = { name: 'shouter', version: '1.0.0' };
    return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
  }
  const word = { type: 'string' };
  const inputSchema = { type: 'object', properties: { word }, required: ['word'] };
  if (method === 'tools/list') return { tools: [{ name, description: 'Shouts.', inputSchema }] };
  return { content: [{ type: 'text', text: String(params?.arguments?.word).toUpperCase() }] };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
