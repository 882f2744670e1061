import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject, Logger, RuntimeTool, ToolCallContext } from '@molecule/adapters';
import { MoleculeError } from '@molecule/adapters';
import { AllowedHosts } from '../access/allowed-hosts.js';

const PATH = '/mcp';
const VERSION = '1.0.0';
const HOSTS = new AllowedHosts({ host: '127.0.0.1', allowedHosts: [], corsOrigins: [] });
const FORBIDDEN =
  'The tools are for the engine of this agent, at the address that it was given; web pages may not call them.';

export interface ToolServerOptions {
  readonly tools: readonly RuntimeTool[];
  /** The turn that calls: of the context that the address names, or the only one that runs. */
  readonly callerOf: (contextId: string | undefined, signal: AbortSignal) => Promise<ToolCallContext>;
  readonly logger: Logger;
}

/** Where an engine on this machine reaches the runtime's tools. */
export interface ToolServer {
  /** `http://127.0.0.1:<port>/mcp`; with `?context=<contextId>` the calls are told to be of that context's turn. */
  readonly url: string;
  /** To be sent as a bearer token. New with each boot. */
  readonly token: string;
  close(): Promise<void>;
}

/** Serves the tools over MCP (streamable HTTP, stateless) on loopback, to whoever has the token. */
export async function startToolServer(options: ToolServerOptions): Promise<ToolServer> {
  const token = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    serve(options, token, request, response).catch((error: unknown) => {
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
    token,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  options: ToolServerOptions,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  // No engine is a web page. What the page would be told is told to nobody, whatever token it has.
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  const refusal = HOSTS.refusal({ host, origin, site: typeof site === 'string' ? site : undefined });
  if (refusal !== undefined || origin !== undefined) {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: refusal ?? 'ORIGIN_NOT_ALLOWED', message: FORBIDDEN } }));
    return;
  }
  if (!isBearer(request.headers.authorization, token)) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    return;
  }
  if (url.pathname !== PATH || request.method !== 'POST') {
    response.writeHead(url.pathname === PATH ? 405 : 404, { allow: 'POST' }).end();
    return;
  }
  const gone = new AbortController();
  const mcp = makeServer(options, url.searchParams.get('context') ?? undefined, gone.signal);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.once('close', () => {
    gone.abort({ code: 'superseded', message: 'The engine closed the connection.' });
    void mcp.close();
  });
  // The SDK's own types do not agree with each other under exactOptionalPropertyTypes.
  await mcp.connect(transport as Parameters<Server['connect']>[0]);
  await transport.handleRequest(request, response);
}

function makeServer({ tools, callerOf }: ToolServerOptions, contextId: string | undefined, gone: AbortSignal): Server {
  const server = new Server({ name: 'molecule', version: VERSION }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(toMcpTool) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return textResult(`There is no tool ${params.name}.`, true);
    try {
      const output = await tool.execute((params.arguments ?? {}) as JsonObject, await callerOf(contextId, gone));
      return textResult(typeof output === 'string' ? output : JSON.stringify(output), false);
    } catch (error) {
      if (!MoleculeError.is(error) && !gone.aborted) throw error;
      return textResult((error as Error).message, true);
    }
  });
  return server;
}

function toMcpTool({ name, description, inputSchema }: RuntimeTool): Tool {
  return { name, description, inputSchema: { ...inputSchema, type: 'object' } as Tool['inputSchema'] };
}

function textResult(text: string, isError: boolean) {
  return { content: [{ type: 'text' as const, text }], isError };
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
