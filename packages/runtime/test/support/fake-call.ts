import type { IncomingMessage } from 'node:http';

/** A call of a workspace. */
export interface Asked {
  readonly method: string;
  /** `POST workspaces/notify`: without the workspace's id. */
  readonly what: string;
  readonly path: string;
  readonly workspace: string;
  /** What follows the name of the thing, such as the id of an approval. */
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly bytes: Buffer;
  readonly query: URLSearchParams;
}

export async function askedIn(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://platform');
  const bytes = Buffer.concat(chunks);
  const isJson = request.headers['content-type']?.includes('json') ?? false;
  const body = (isJson ? JSON.parse(bytes.toString()) : {}) as Record<string, unknown>;
  const method = request.method ?? 'GET';
  const [area = '', first = '', second = '', third = ''] = path.split('/').slice(1);
  const common = { method, path, headers: request.headers, body, bytes, query };
  if (area === 'registry' && (second === '' || first === 'discover')) {
    const workspace = second === '' ? String(body['id'] ?? body['workspace_id']) : second;
    return { ...common, what: `${method} registry/${first}`, workspace, id: '' };
  }
  const what = `${method} ${second === '' ? area : `${area}/${second}`}`;
  return { ...common, what, workspace: first, id: third };
}
