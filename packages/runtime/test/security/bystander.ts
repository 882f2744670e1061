import { setTimeout as delay } from 'node:timers/promises';

/** An answer as one text: status, content type and everything that was received. */
export interface Received {
  readonly status: number;
  readonly text: string;
}

/** How long a stream is read. A stream that shows nothing of another owner has no end to wait for. */
const STREAM_MS = 700;

/** A caller on the wire who says only what a probe makes it say. */
export class Bystander {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    return this.#fetch(path, { headers });
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    return this.#fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** A JSON-RPC call; methods with a slash are of protocol 0.3. */
  rpc(method: string, params: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    const version = method.includes('/') ? '0.3' : '1.0';
    return this.post('', { jsonrpc: '2.0', id: 1, method, params }, { 'a2a-version': version, ...headers });
  }

  async #fetch(path: string, init: RequestInit): Promise<Received> {
    const controller = new AbortController();
    const response = await fetch(`${this.#url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        'a2a-version': '1.0',
        ...init.headers,
      },
      signal: controller.signal,
    });
    if (!response.headers.get('content-type')?.includes('event-stream')) {
      return { status: response.status, text: await response.text() };
    }
    return { status: response.status, text: await beginningOf(response, controller) };
  }
}

async function beginningOf(response: Response, controller: AbortController): Promise<string> {
  let text = '';
  const read = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
  })();
  await Promise.race([read.catch(() => {}), delay(STREAM_MS)]);
  controller.abort();
  return text;
}
