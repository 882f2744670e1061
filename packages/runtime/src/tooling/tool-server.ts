import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject, Logger } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import { AllowedHosts } from '../support/network/allowed-hosts.js';
import { bearerIn } from '../support/network/bearer.js';
import type { TurnTool } from './define-tool.js';
import { type ToolCall, ToolTurnError, type ToolTurns } from './tool-turns.js';

const PATH = '/mcp';
const VERSION = '1.0.0';
const HOSTS = new AllowedHosts({ host: '127.0.0.1', allowedHosts: [], corsOrigins: [] });
const FORBIDDEN =
  'Only the engine of this agent may call its tools, at the address that it received; web pages may not.';

export interface ToolServerOptions {
  readonly tools: readonly TurnTool[];
  /** The turns that may call them, by their tokens. */
  readonly turns: ToolTurns;
  readonly logger: Logger;
}

/** The server through which an engine on this machine calls the runtime's tools. */
export interface ToolServer {
  /** `http://127.0.0.1:<port>/mcp` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the tools over MCP (streamable HTTP, stateless) on loopback, to clients that send the token of a running turn. */
export async function startToolServer(options: ToolServerOptions): Promise<ToolServer> {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.logger.error('a tool call over MCP failed', { error });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${PATH}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(options: ToolServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  // An engine is never a web page, so requests with an Origin are refused even with the right token.
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  const refusal = HOSTS.refusal({ host, origin, site: typeof site === 'string' ? site : undefined });
  if (refusal !== undefined || origin !== undefined) {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: refusal ?? 'ORIGIN_NOT_ALLOWED', message: FORBIDDEN } }));
    return;
  }
  const token = bearerIn(request.headers.authorization);
  const turn = token === undefined ? undefined : options.turns.ofToken(token);
  if (turn === undefined) {
    const { code, message } = new ToolTurnError();
    response.writeHead(401, { 'www-authenticate': 'Bearer', 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code, message } }));
    return;
  }
  if (url.pathname !== PATH || request.method !== 'POST') {
    response.writeHead(url.pathname === PATH ? 405 : 404, { allow: 'POST' }).end();
    return;
  }
  const gone = new AbortController();
  const mcp = makeServer(options.tools, { ...turn, signal: AbortSignal.any([turn.signal, gone.signal]) });
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.once('close', () => {
    gone.abort({ code: 'superseded', message: 'The engine closed the connection.' });
    void mcp.close();
  });
  // The SDK's types contradict each other under exactOptionalPropertyTypes.
  await mcp.connect(transport as Parameters<Server['connect']>[0]);
  await transport.handleRequest(request, response);
}

function makeServer(tools: readonly TurnTool[], call: ToolCall): Server {
  const server = new Server({ name: 'molecule', version: VERSION }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(toMcpTool) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return textResult(`There is no tool ${params.name}.`, true);
    try {
      const output = await tool.execute((params.arguments ?? {}) as JsonObject, call);
      return textResult(typeof output === 'string' ? output : JSON.stringify(output), false);
    } catch (error) {
      if (!MoleculeError.is(error) && !call.signal.aborted) throw error;
      return textResult((error as Error).message, true);
    }
  });
  return server;
}

function toMcpTool({ name, description, inputSchema }: TurnTool): Tool {
  return { name, description, inputSchema: { ...inputSchema, type: 'object' } as Tool['inputSchema'] };
}

function textResult(text: string, isError: boolean) {
  return { content: [{ type: 'text' as const, text }], isError };
}
