/** Requests as bytes, for requests that no SDK client sends, and events as they arrive. */

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: readonly { readonly metadata?: { readonly code?: string } }[];
}

export interface RpcReply {
  readonly status: number;
  readonly body: { readonly id?: unknown; readonly result?: unknown; readonly error?: RpcError };
}

/** A JSON-RPC call of protocol 1.0. */
export async function rpc(
  url: string,
  method: string,
  params: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RpcReply> {
  return post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), headers);
}

/** Posts a body unchanged. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<RpcReply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as RpcReply['body'] };
}

/** The stable error code in an error of either binding. */
export function codeIn(body: unknown): string | undefined {
  const { error } = body as { readonly error?: { readonly data?: unknown; readonly details?: unknown } };
  const [info] = (error?.data ?? error?.details ?? []) as { readonly metadata?: { readonly code?: string } }[];
  return info?.metadata?.code;
}

/** A message of protocol 1.0 as JSON. */
export function wireMessage(text: string, more: object = {}): object {
  return { message: { messageId: crypto.randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more } };
}

export interface WireEvent {
  /** The `id` line, if there is one. */
  readonly id?: number;
  readonly event?: string;
  readonly data: Record<string, never> & { readonly result?: Record<string, unknown> };
}

export interface WireStream extends AsyncIterable<WireEvent> {
  readonly status: number;
  readonly contentType: string;
  /** The comment lines received so far. */
  readonly comments: string[];
  /** Closes the connection. */
  close(): void;
}

/** Opens an event stream through JSON-RPC. */
export async function openStream(
  url: string,
  method: string,
  params: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<WireStream> {
  const controller = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'a2a-version': '1.0', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: controller.signal,
  });
  const comments: string[] = [];
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    comments,
    close: () => controller.abort(),
    [Symbol.asyncIterator]: () => events(response, comments),
  };
}

async function* events(response: Response, comments: string[]): AsyncGenerator<WireEvent> {
  const decoder = new TextDecoder();
  let buffered = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    buffered += decoder.decode(chunk, { stream: true });
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const block = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      if (block.startsWith(':')) comments.push(block);
      else yield parseBlock(block);
    }
  }
}

function parseBlock(block: string): WireEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const id = fields.get('id');
  const event = fields.get('event');
  return {
    ...(id !== undefined && { id: Number(id) }),
    ...(event !== undefined && { event }),
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
